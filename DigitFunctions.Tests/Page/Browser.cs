using Microsoft.Playwright;

namespace DigitFunctions.Tests.Page;

/// <summary>A test that needs Debian's Chromium; where it is not installed, the test is skipped with the reason.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = File.Exists(Browser.Executable) ? null : $"Chromium is not installed ({Browser.Executable}).";
}

/// <summary>A headless Chromium with one page, which notes what goes wrong in it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    public const string Executable = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, refusals of the content security policy, and dialogs.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Addresses that were asked for.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<Browser> StartAsync(int width = 1440, int height = 1000)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = ["--no-sandbox", "--disable-gpu"], Timeout = 120_000 });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, Locale = "en-GB", TimezoneId = "UTC" });
        // A busy machine is no fault.
        page.SetDefaultTimeout(90_000);
        var started = new Browser(playwright, browser, page);
        page.PageError += (_, error) => started.Faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                started.Faults.Add(message.Text);
            }
        };
        page.Dialog += async (_, dialog) =>
        {
            started.Faults.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => started.Requests.Add(request.Url);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
