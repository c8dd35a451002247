using System.Text;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Storage;

/// <summary>A dead letter is never written over.</summary>
public sealed class DeadLetterStoreTests
{
    private const string Place = "dead-letter/mnist/0/7.json";

    [Theory]
    [InlineData(MemoryConditions.Aws)]
    [InlineData(MemoryConditions.None)]
    public async Task An_event_of_a_topic_that_was_made_anew_does_not_take_an_earlier_ones_place(MemoryConditions server)
    {
        await using var app = new MemoryApp(new MemoryS3(server), new FixedPredictor(5));
        DeadLetterStore store = app.Services.GetRequiredService<DeadLetterStore>();

        string first = await store.WriteAsync(Message("first"), "why", default);
        string second = await store.WriteAsync(Message("second"), "why", default);

        Assert.Equal(Place, first);
        Assert.Matches("^dead-letter/mnist/0/7-[0-9a-f]{16}\\.json$", second);
        Assert.Equal(("first", "second"), (Body(app, first), Body(app, second)));
    }

    [Theory]
    [InlineData(MemoryConditions.Aws)]
    [InlineData(MemoryConditions.None)]
    public async Task The_same_event_again_has_the_same_dead_letter(MemoryConditions server)
    {
        await using var app = new MemoryApp(new MemoryS3(server), new FixedPredictor(5));
        DeadLetterStore store = app.Services.GetRequiredService<DeadLetterStore>();
        await store.WriteAsync(Message("first"), "why", default);
        string second = await store.WriteAsync(Message("second"), "why", default);

        Assert.Equal(Place, await store.WriteAsync(Message("first"), "another reason", default));
        Assert.Equal(second, await store.WriteAsync(Message("second"), "another reason", default));
        Assert.Equal(2, app.S3.Keys(MemoryApp.Target).Count);
    }

    [Fact]
    public async Task What_else_lies_there_is_left_alone()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        app.S3.Upload(MemoryApp.Target, Place, "no dead letter"u8.ToArray());

        string key = await app.Services.GetRequiredService<DeadLetterStore>().WriteAsync(Message("first"), "why", default);

        Assert.NotEqual(Place, key);
        Assert.Equal("no dead letter"u8.ToArray(), app.S3.Find(MemoryApp.Target, Place)!.Bytes);
    }

    private static EventMessage Message(string body) =>
        new(Encoding.UTF8.GetBytes(body), [new EventHeader("h", null)]) { Origin = new KafkaOrigin("mnist", 0, 7, null, DateTimeOffset.UnixEpoch) };

    private static string Body(MemoryApp app, string key)
    {
        Assert.True(DeadLetter.TryRead(app.S3.Find(MemoryApp.Target, key)!.Bytes, out DeadLetter? letter, out string? fault), fault);
        return Encoding.UTF8.GetString(letter.Message.Body!.Value.Span);
    }
}
