using System.Diagnostics;
using System.Text;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Local.Commands;
using DigitFunctions.Tests.Support;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace DigitFunctions.Tests.Page;

/// <summary>A person's way through the page, in a real browser, over the real worker: with the keyboard alone.</summary>
public sealed class PageWalkTests(ITestOutputHelper output)
{
    private const string Hostile = "<img src=x onerror=alert(1)>.png";
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    [BrowserFact]
    public async Task An_upload_appears_is_opened_decided_and_taken_back()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        await using Browser browser = await Browser.StartAsync();
        IPage page = browser.Page;
        await page.GotoAsync($"{app.HttpUrl}/api/page");
        await Expect(page.Locator("section[aria-label='digit-7'] .count")).ToHaveTextAsync("0", new() { Timeout = 60_000 });

        await app.AnnounceAsync("7.png", await app.Storage.UploadAsync("7.png", Some.Picture(7)));
        await app.TargetHoldsAsync("digit-7/7.png");
        long filed = Stopwatch.GetTimestamp();
        ILocator card = page.Locator("section[aria-label='digit-7'] a.card");
        await Expect(card).ToBeVisibleAsync(Patient);
        TimeSpan appeared = Stopwatch.GetElapsedTime(filed);
        await Expect(card.Locator("img")).ToBeVisibleAsync(Patient);
        await Expect(card.Locator(".label")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^7: "));

        await card.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".scores meter")).ToHaveCountAsync(10);
        await Expect(page.Locator("img.original")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("img.model")).ToBeVisibleAsync(Patient);
        Assert.Equal(28, await page.Locator("img.model").EvaluateAsync<int>("image => image.naturalWidth"));
        await Expect(page.Locator("dl")).ToContainTextAsync($"{app.Topic}/");

        await page.Keyboard.PressAsync("3");
        await app.TargetHoldsAsync("digit-3/7.png");
        await Expect(page.Locator("section[aria-label='digit-3'] a.card")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("section[aria-label='digit-7'] a.card")).ToHaveCountAsync(0);
        await Expect(page.Locator("section[aria-label='digit-3'] .label")).ToHaveTextAsync("by hand");

        await page.Keyboard.PressAsync("u");
        await app.TargetHoldsAsync("digit-7/7.png");
        await Expect(page.Locator("#key")).ToHaveTextAsync("digit-7/7.png");
        await page.Keyboard.PressAsync("x");
        await app.TargetHoldsAsync("unreadable/7.png");
        ILocator setAside = page.Locator("section[aria-label='unreadable'] a.card");
        await Expect(setAside).ToBeVisibleAsync(Patient);

        await setAside.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".scores meter")).ToHaveCountAsync(10);
        await page.Keyboard.PressAsync("3");
        await app.TargetHoldsAsync("digit-3/7.png");
        string folder = Directory.CreateTempSubdirectory("digits-walk-").FullName;
        (int exitCode, string figures, string error) = await DigitsProcess.RunAsync(app.Storage.Settings, "export", "--reviewed", folder);
        Assert.Equal((0, ""), (exitCode, error));
        string exported = Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Equal(Path.Combine(folder, "3"), Path.GetDirectoryName(exported));
        Assert.Equal(Some.Picture(7), await File.ReadAllBytesAsync(exported));
        Assert.Contains("decided 3, the model right", figures, StringComparison.Ordinal);
        Assert.Contains("most often taken for 7 (1)", figures, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);

        Assert.Empty(browser.Faults);
        Assert.All(browser.Requests, url => Assert.True(url.StartsWith(app.HttpUrl, StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
        output.WriteLine($"The picture appeared {appeared.TotalMilliseconds:0} ms after it was filed.");
        Assert.True(appeared < TimeSpan.FromSeconds(10), $"It took {appeared} to appear; on a machine that is not busy it is within 2 s.");
    }

    [BrowserFact]
    public async Task Two_people_decide_at_once_and_the_second_is_told()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        await app.AnnounceAsync("7.png", await app.Storage.UploadAsync("7.png", Some.Picture(7)));
        await app.TargetHoldsAsync("digit-7/7.png");
        await using Browser first = await Browser.StartAsync();
        await using Browser second = await Browser.StartAsync();
        foreach (IPage page in new[] { first.Page, second.Page })
        {
            await page.GotoAsync($"{app.HttpUrl}/api/page#/picture/digit-7%2F7.png");
            await Expect(page.Locator(".scores meter")).ToHaveCountAsync(10, new() { Timeout = 60_000 });
        }

        await first.Page.Keyboard.PressAsync("3");
        await app.TargetHoldsAsync("digit-3/7.png");
        await second.Page.Keyboard.PressAsync("4");

        await Expect(second.Page.Locator("#told")).ToContainTextAsync("somebody else has moved it", new() { Timeout = 60_000 });
        await app.TargetHoldsAsync("digit-3/7.png");
    }

    [BrowserFact]
    public async Task Hostile_keys_and_metadata_do_nothing_and_the_keyboard_alone_is_enough()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        string eTag = await app.Storage.UploadAsync(Hostile, Some.Picture(7), "text/html", ("reason", "<script>alert(2)</script>"));
        await app.AnnounceAsync(Hostile, eTag);
        await app.AnnounceAsync("page.html", await app.Storage.UploadAsync("page.html", "<script>alert(3)</script>"u8.ToArray(), "text/html"));
        await app.PublishAsync(null, "<img src=x onerror=alert(4)>"u8.ToArray(), ("<b>x</b>", "<script>alert(5)</script>"));
        await using Browser browser = await Browser.StartAsync();
        IPage page = browser.Page;
        await page.GotoAsync($"{app.HttpUrl}/api/page");
        ILocator card = page.Locator("section[aria-label='digit-7'] a.card");
        await Expect(card.Locator("img")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("section[aria-label='unreadable'] a.card")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("section[aria-label='dead-letter'] a.card")).ToBeVisibleAsync(Patient);

        // Skip link, heading, then the first column's name: everything is reached with Tab.
        for (int i = 0; i < 60 && !await card.EvaluateAsync<bool>("one => one === document.activeElement"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#key")).ToHaveTextAsync($"digit-7/{Hostile}");
        await page.Keyboard.PressAsync("Escape");
        await Expect(card).ToBeFocusedAsync(new() { Timeout = 60_000 });
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(card).Not.ToBeFocusedAsync();

        await page.Locator("section[aria-label='unreadable'] a.card").PressAsync("Enter");
        await Expect(page.Locator(".warning").First).ToContainTextAsync("not a picture");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("section[aria-label='dead-letter'] a.card").PressAsync("Enter");
        await Expect(page.Locator("pre")).ToHaveTextAsync("<img src=x onerror=alert(4)>");
        await Expect(page.Locator("dl")).ToContainTextAsync("<script>alert(5)</script>");
        await page.Locator("text=Replay").PressAsync("Enter");
        await Expect(page.Locator("#told")).ToHaveTextAsync("The letter stays.");

        Assert.Equal(0, await page.Locator("main script, main iframe, main img[src='x']").CountAsync());
        Assert.Empty(browser.Faults);
    }

    [BrowserFact]
    public async Task Axe_finds_no_serious_fault()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local, ("Sorting:MinConfidence", "0.9"));
        foreach (string sample in Some.Samples())
        {
            string name = Path.GetFileName(sample);
            await app.AnnounceAsync(name, await app.Storage.UploadAsync(name, await File.ReadAllBytesAsync(sample)));
        }

        await app.AnnounceAsync("letter.png", await app.Storage.UploadAsync("letter.png", "Dear Sir"u8.ToArray()));
        var letter = await app.PublishAsync(null, Encoding.UTF8.GetBytes("no event"));
        await app.CommittedAsync(Some.Samples().Length + 2);
        await using Browser browser = await Browser.StartAsync();
        IPage page = browser.Page;
        string[] views =
        [
            "", "#/place/digit-3", $"#/picture/{Uri.EscapeDataString("unreadable/letter.png")}", $"#/letter/{Uri.EscapeDataString($"dead-letter/{app.Topic}/{letter.Partition.Value}/{letter.Offset.Value}.json")}",
            $"#/picture/{Uri.EscapeDataString((await app.Storage.KeysAsync(app.Storage.Target)).First(key => key.StartsWith("digit-3/", StringComparison.Ordinal)))}",
        ];
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (string view in views)
            {
                await page.GotoAsync("about:blank");
                await page.GotoAsync($"{app.HttpUrl}/api/page{view}");
                await Expect(page.Locator("main section").First).ToBeVisibleAsync(Patient);
                await page.WaitForLoadStateAsync(LoadState.Load);

                AxeResult found = await page.RunAxe();

                Assert.Empty(found.Violations.Where(fault => fault.Impact is "serious" or "critical").Select(fault => $"{view} {scheme}: {fault.Id} {string.Join(' ', fault.Nodes.Select(node => node.Html))}"));
                await KeepAsync(page, view, scheme);
            }
        }

        Assert.Empty(browser.Faults);
    }

    /// <summary>Keeps a screenshot where the variable <c>SCREENSHOTS</c> names a folder: those of the README are made so.</summary>
    private static async Task KeepAsync(IPage page, string view, ColorScheme scheme)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is not { Length: > 0 } folder || scheme != ColorScheme.Light || view.Contains("letter", StringComparison.Ordinal) || view.Contains("place", StringComparison.Ordinal))
        {
            return;
        }

        await Eventually.TrueAsync("thumbnails", () => page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('li[data-key] .blank')].filter(one => one.getBoundingClientRect().top < innerHeight && one.textContent === '').length === 0 && document.querySelectorAll('img').length > 1"));
        await page.SetViewportSizeAsync(1280, 640);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, view.Length == 0 ? "overview.png" : "picture.png") });
    }
}
