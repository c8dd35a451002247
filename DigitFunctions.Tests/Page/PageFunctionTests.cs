using System.Text;
using System.Text.Json;
using DigitFunctions.Tests.Functions;
using DigitFunctions.Tests.Support;
using SixLabors.ImageSharp;

namespace DigitFunctions.Tests.Page;

/// <summary>The page's functions: what they serve, to whom, and how they keep hostile content harmless.</summary>
public sealed class PageFunctionTests
{
    private static readonly (string, string)[] OwnHeaders = [("X-DigitFunctions", "page"), ("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")];

    [Theory]
    [InlineData(null, "text/html; charset=utf-8")]
    [InlineData("page.css", "text/css; charset=utf-8")]
    [InlineData("page.js", "text/javascript; charset=utf-8")]
    public async Task The_pages_files_allow_nothing_inline_and_nothing_from_elsewhere(string? file, string type)
    {
        await using PageFixture page = await PageFixture.StartAsync();

        HttpCall answer = await HttpCall.SendAsync<ShowPage>(page.Services, "GET", [], [file!]);

        Assert.Equal((200, type), (answer.Status, answer.ContentType));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:;", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        string text = Encoding.UTF8.GetString(answer.Bytes);
        Assert.DoesNotMatch(@"https?://|innerHTML|style=|onclick=|<script>", text);
        Assert.Equal(304, (await HttpCall.SendAsync<ShowPage>(page.Services, "GET", [("If-None-Match", answer.Headers["ETag"])], [file!])).Status);
    }

    [Theory]
    [InlineData("page.htm")]
    [InlineData("../host.json")]
    public async Task There_are_no_other_files(string file)
    {
        await using PageFixture page = await PageFixture.StartAsync();

        Assert.Equal(404, (await HttpCall.SendAsync<ShowPage>(page.Services, "GET", [], [file])).Status);
    }

    [Theory]
    [InlineData("thumbnail", 96)]
    [InlineData("original", 160)]
    [InlineData("model", 28)]
    public async Task A_picture_is_served_as_PNG_with_its_labels(string kind, int height)
    {
        await using PageFixture page = await PageFixture.StartAsync();
        byte[] picture = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "samples", "3-dark-on-light-200x160.png"));
        await page.FileAsync("digit-3/3.png", picture, ("digit", "3"), ("confidence", "0.98"), ("reason", "100% <b>; \"x\", =?UTF-8?B?w6k=?="));

        HttpCall answer = await GetAsync(page, $"image?key=digit-3%2F3.png&kind={kind}");

        Assert.Equal((200, "image/png"), (answer.Status, answer.ContentType));
        using Image image = Image.Load(answer.Bytes, out SixLabors.ImageSharp.Formats.IImageFormat format);
        Assert.Equal("PNG", format.Name);
        Assert.InRange(image.Height, height == 96 ? 70 : height, height);
        Assert.Matches("^[!-~]+$", answer.Headers["Picture-Labels"]);
        Assert.Equal("0.98", JsonElement.Parse(Uri.UnescapeDataString(answer.Headers["Picture-Labels"])).GetProperty("confidence").GetString());
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script></html>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")]
    public async Task What_is_no_picture_is_never_served(string content)
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("unreadable/x.svg", Encoding.UTF8.GetBytes(content), ("reason", "no picture"));

        foreach (string kind in new[] { "thumbnail", "original", "model" })
        {
            HttpCall answer = await GetAsync(page, $"image?key=unreadable%2Fx.svg&kind={kind}");

            Assert.Equal((422, "application/problem+json"), (answer.Status, answer.ContentType));
            Assert.DoesNotContain("alert", Encoding.UTF8.GetString(answer.Bytes), StringComparison.Ordinal);
        }

        Assert.Equal("no picture", (await GetAsync(page, "picture?key=unreadable%2Fx.svg")).Json.GetProperty("labels").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("image?key=.digitfunctions%2Fclaims%2Fmnist%2F0.json")]
    [InlineData("picture?key=elsewhere%2Fx.png")]
    [InlineData("picture?key=digit-1%2F..%2F..%2Fmnist%2Fx.png")]
    [InlineData("picture?key=digit-1%2F")]
    [InlineData("picture?key=digit-1%2Fa%0Ab")]
    [InlineData("letter?key=digit-1%2Fa.png")]
    [InlineData("letter?key=dead-letter%2F..%2Fdigit-1%2Fa")]
    [InlineData("place?name=.digitfunctions")]
    [InlineData("place?name=")]
    [InlineData("nothing")]
    public async Task What_lies_outside_of_the_columns_is_not_shown(string query)
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("elsewhere/x.png");
        await page.FileAsync(".digitfunctions/claims/mnist/0.json");

        Assert.Equal(404, (await GetAsync(page, query)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    public async Task Another_site_may_not_read(string header, string value, int status)
    {
        await using PageFixture page = await PageFixture.StartAsync();

        Assert.Equal(status, (await GetAsync(page, "place?name=digit-1", (header, value))).Status);
    }

    [Theory]
    [InlineData("X-DigitFunctions: page|Sec-Fetch-Site: same-origin", 200)]
    [InlineData("X-DigitFunctions: page|Origin: http://127.0.0.1:7071", 200)]
    [InlineData("X-DigitFunctions: page", 200)]
    [InlineData("Sec-Fetch-Site: same-origin", 403)]
    [InlineData("X-DigitFunctions: page|Sec-Fetch-Site: cross-site", 403)]
    [InlineData("X-DigitFunctions: page|Sec-Fetch-Site: same-site", 403)]
    [InlineData("X-DigitFunctions: page|Sec-Fetch-Site: none", 403)]
    [InlineData("X-DigitFunctions: page|Origin: https://example.org", 403)]
    [InlineData("X-DigitFunctions: page|Origin: null", 403)]
    public async Task Another_site_may_not_write(string headers, int status)
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string eTag = await page.FileAsync("digit-3/3.png");
        (string, string)[] sent = [.. headers.Split('|').Select(header => header.Split(": ", 2)).Select(header => (header[0], header[1]))];

        HttpCall decided = await HttpCall.SendAsync<DecidePicture>(
            page.Services, "POST", "http://127.0.0.1:7071/api/page/decide", $$"""{"key":"digit-3/3.png","eTag":"{{eTag}}","place":"digit-8"}""", sent);
        HttpCall replayed = await HttpCall.SendAsync<ReplayDeadLetters>(
            page.Services, "POST", "http://127.0.0.1:7071/api/page/replay", """{"keys":["dead-letter/mnist/0/1.json"]}""", sent);

        Assert.Equal((status, status), (decided.Status, replayed.Status));
        Assert.Equal([status == 200 ? "digit-8/3.png" : "digit-3/3.png"], await page.FiledAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"key":"mnist/3.png","eTag":"x","place":"digit-1"}""")]
    [InlineData("""{"key":"digit-3/3.png","eTag":"x","place":"elsewhere"}""")]
    [InlineData("""{"key":"digit-3/3.png","eTag":"x","place":"../mnist"}""")]
    [InlineData("""{"key":"digit-3/../../mnist/3.png","eTag":"x","place":"digit-1"}""")]
    public async Task A_decision_that_names_no_filed_picture_and_no_place_is_answered_400(string body)
    {
        await using PageFixture page = await PageFixture.StartAsync();

        Assert.Equal(400, (await HttpCall.SendAsync<DecidePicture>(page.Services, "POST", "http://127.0.0.1/api/page/decide", body, OwnHeaders)).Status);
    }

    [Fact]
    public async Task A_decision_about_a_picture_that_is_gone_is_answered_409_and_a_proxys_user_is_written_down()
    {
        await using PageFixture page = await PageFixture.StartAsync(settings: ("Page:UserHeader", "X-Forwarded-User"));
        string eTag = await page.FileAsync("digit-3/3.png");
        string body = $$"""{"key":"digit-3/3.png","eTag":"{{eTag}}","place":"digit-8"}""";
        (string, string)[] headers = [.. OwnHeaders, ("X-Forwarded-User", "ada\u00e9 l")];

        Assert.Equal(200, (await HttpCall.SendAsync<DecidePicture>(page.Services, "POST", "http://127.0.0.1/api/page/decide", body, headers)).Status);
        HttpCall second = await HttpCall.SendAsync<DecidePicture>(page.Services, "POST", "http://127.0.0.1/api/page/decide", body, headers);

        Assert.Equal("ada? l", (await page.MetadataAsync("digit-8/3.png"))["by"]);
        Assert.Equal((409, "gone"), (second.Status, second.Json.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task An_overview_that_has_not_changed_is_not_sent_again()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.CountedAsync();
        HttpCall first = await GetAsync(page, "overview");

        HttpCall second = await GetAsync(page, "overview", ("If-None-Match", first.Headers["ETag"]));

        Assert.Equal((200, 304, 0), (first.Status, second.Status, second.Bytes.Length));
    }

    [Fact]
    public async Task A_picture_is_told_with_the_ten_scores_of_the_model()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string eTag = await page.FileAsync("digit-3/3.png", Some.Picture(), ("digit", "3"), ("event", "mnist/0/17"), ("trace", "0af7651916cd43dd8448eb211c80319c"));

        JsonElement picture = (await GetAsync(page, "picture?key=digit-3%2F3.png")).Json;

        Assert.Equal((eTag, 10, "fixed"), (picture.GetProperty("eTag").GetString(), picture.GetProperty("scores").GetArrayLength(), picture.GetProperty("scoresOf").GetString()));
        Assert.Equal("mnist/0/17", picture.GetProperty("labels").GetProperty("event").GetString());
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", picture.GetProperty("labels").GetProperty("trace").GetString());
    }

    [Theory]
    [InlineData("picture?key=digit-3%2F3.png")]
    [InlineData("image?key=digit-3%2F3.png")]
    [InlineData("place?name=digit-3")]
    [InlineData("letter?key=dead-letter%2Fmnist%2F0%2F1.json")]
    public async Task Where_the_bucket_cannot_be_reached_503_says_why(string query)
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.Storage.StopServerAsync();

        HttpCall answer = await GetAsync(page, query);

        Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
    }

    private static Task<HttpCall> GetAsync(PageFixture page, string query, params (string, string)[] headers) =>
        HttpCall.SendAsync<ShowPictures>(page.Services, "GET", $"http://127.0.0.1/api/page/data/{query}", "", headers, query.Split('?')[0]);
}
