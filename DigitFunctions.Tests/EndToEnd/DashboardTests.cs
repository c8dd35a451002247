using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Support;
using Microsoft.Playwright;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>What somebody sees of a picture in the Aspire dashboard, with a browser: its trace, the figures, the log, and no error.</summary>
public sealed class DashboardTests
{
    private const int PatienceMs = 90_000;

    // A page follows what comes by itself, unless its connection has broken.
    private static readonly TimeSpan s_patienceOfPage = TimeSpan.FromSeconds(5);

    [DashboardFact]
    public async Task A_picture_is_seen_on_its_way_from_Kafka_to_its_place()
    {
        await using AspireDashboard dashboard = await AspireDashboard.StartAsync(DashboardFactAttribute.Folder, port: 0);
        await using SortingApp app = await SortingApp.StartAsync(
            StorageKind.Local,
            [
                .. dashboard.Settings.Select(setting => (setting.Key, setting.Value)),
                ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
                // What is not sent in time is gone, and the machine may be busy.
                ("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"), ("OTEL_BSP_EXPORT_TIMEOUT", "60000"),
            ]);
        var sender = ActivityTraceId.CreateRandom();
        await app.AnnounceAsync("4.png", await app.Storage.UploadAsync("4.png", Some.Picture(4)));
        await app.TargetHoldsAsync($"digit-4/4.png");
        string eTag = await app.Storage.UploadAsync("7.png", Some.Picture(7));
        await app.PublishAsync(
            Encoding.UTF8.GetBytes("7.png"), app.Notification("7.png", eTag), ("traceparent", $"00-{sender}-{ActivitySpanId.CreateRandom()}-01"));
        await app.TargetHoldsAsync("digit-4/4.png", "digit-7/7.png");

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = DashboardFactAttribute.Chromium, Args = ["--no-sandbox"] });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1500, Height = 900 } });
        page.SetDefaultTimeout(PatienceMs);
        List<string> faults = [];
        page.PageError += (_, fault) => faults.Add(fault);

        // The record's own trace: what its sender began, the stages continue.
        await page.GotoAsync($"{dashboard.Url}traces/detail/{sender}");
        await SeesAsync(page, "read", "transform", "predict", "move");

        // Host and worker in one trace, where the record brought none.
        await page.GotoAsync($"{dashboard.Url}traces");
        await page.GetByText("digitfunctions-host: function ClassifyFromKafka").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/traces/detail/"));
        await SeesAsync(page, "digitfunctions-host", $"MSG kafka {app.Topic}", "read", "transform", "predict", "move", "PUT", "DELETE");
        // The dashboard's mark of a span that failed.
        Assert.Equal(0, await page.Locator(".trace-tag-icon").CountAsync());
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "dashboard.png") });

        foreach (string figure in new[] { "digitfunctions.outcomes", "digitfunctions.stage.duration", "messaging.process.duration", "digitfunctions.consumer.lag", "digitfunctions.waiting.oldest.age", "http.client.request.duration" })
        {
            await page.GotoAsync($"{dashboard.Url}metrics/resource/digitfunctions");
            await SeesAsync(page, figure);
        }

        await page.GotoAsync($"{dashboard.Url}structuredlogs/resource/digitfunctions");
        await SeesAsync(page, "successfully uploaded to digit-7/7.png");

        await page.GotoAsync($"{dashboard.Url}structuredlogs?logLevel=error");
        await SeesAsync(page, "No structured logs found");
        Assert.Empty(faults);
    }

    [DashboardFact]
    public async Task A_taken_port_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        PortTakenException fault = await Assert.ThrowsAsync<PortTakenException>(() => AspireDashboard.StartAsync(DashboardFactAttribute.Folder, port));

        Assert.Equal((port, AspireDashboard.PortOption), (fault.Port, fault.Option));
    }

    /// <summary>Waits until the page shows each text, loading it anew while it does not: what is exported may be on its way.</summary>
    private static async Task SeesAsync(IPage page, params string[] texts)
    {
        string[] missing = texts;
        string content = "";
        Stopwatch loaded = Stopwatch.StartNew();
        try
        {
            await Eventually.TrueAsync($"page with {string.Join(", ", texts)}", async () =>
            {
                content = await page.Locator("body").InnerTextAsync();
                missing = [.. texts.Where(text => !content.Contains(text, StringComparison.Ordinal))];
                if (missing.Length > 0 && loaded.Elapsed > s_patienceOfPage)
                {
                    await page.ReloadAsync();
                    loaded.Restart();
                }

                return missing.Length == 0;
            });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{page.Url} does not show {string.Join(", ", missing)}, but: {content}");
        }
    }
}
