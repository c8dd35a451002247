using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Functions;

/// <summary><c>POST /api/explain</c>.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task An_event_is_explained_and_nothing_is_done()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));

        HttpCall answer = await HttpCall.PostAsync<Explain>(app.Services, app.Upload("a.png", 0) with { Origin = null });

        JsonElement record = answer.Json.GetProperty("records")[0];
        Assert.Equal((200, "upload", "digit-5/a.png"), (answer.Status, record.GetProperty("read").GetString(), record.GetProperty("target").GetString()));
        JsonElement picture = record.GetProperty("picture");
        Assert.Equal((28, 28, 5), (picture.GetProperty("rows").GetArrayLength(), picture.GetProperty("rows")[27].GetArrayLength(), picture.GetProperty("digit").GetInt32()));
        Assert.Empty(app.S3.Keys(MemoryApp.Target));
    }

    [Fact]
    public async Task A_picture_is_explained_by_itself()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));

        HttpCall answer = await HttpCall.PostAsync<Explain>(app.Services, new EventMessage(Some.Picture(), [new EventHeader("Content-Type", "image/png"u8.ToArray())]));

        Assert.Equal((200, "digit-5/", 10), (answer.Status, answer.Json.GetProperty("place").GetString(), answer.Json.GetProperty("predictions").GetArrayLength()));
    }

    [Fact]
    public async Task A_picture_beyond_the_limit_is_refused()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Imaging:MaxBytes", "100"));

        HttpCall answer = await HttpCall.PostAsync<Explain>(app.Services, new EventMessage(new byte[101], [new EventHeader("Content-Type", "image/png"u8.ToArray())]));

        Assert.Equal((413, "The body is larger than 100 bytes."), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }
}
