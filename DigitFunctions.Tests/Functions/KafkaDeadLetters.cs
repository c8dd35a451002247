using System.Text;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Functions;

/// <summary>What the Kafka function cannot use is kept whole, and holds nothing up.</summary>
public sealed class KafkaDeadLetters(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    [Fact]
    public async Task An_event_of_which_some_records_are_bad_is_kept_once_with_every_reason_and_its_good_records_are_sorted()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "first.png"), ("numbers", "last.png")]);
        EventMessage record = FromKafka(41, Some.Notification(Some.Record("first.png"), Some.Record("../up.png"), "7", Some.Record("last.png")));

        await app.TakeAsync(record);

        Assert.Equal(["dead-letter/numbers/3/41.json", "digit-5/first.png", "digit-5/last.png"], await app.FiledAsync());
        DeadLetter letter = await LetterAsync(app, "dead-letter/numbers/3/41.json");
        Assert.Contains("Records[1].s3.object.key", letter.Reason, StringComparison.Ordinal);
        Assert.Contains("Records[2] must be an object, got a number.", letter.Reason, StringComparison.Ordinal);
        AssertSame(record, letter.Message);
    }

    [Fact]
    public async Task A_bad_event_among_good_ones_is_kept_byte_for_byte()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "before.png"), ("numbers", "after.png")]);
        byte[] allBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        EventMessage bad = new(allBytes, [new("trace", allBytes), new("trace", null), new("ce_id", Array.Empty<byte>())])
        {
            Origin = Some.Origin with { Offset = 8, Key = allBytes.AsMemory(100) },
        };

        await app.TakeAsync(FromKafka(7, Some.Notification(Some.Record("before.png"))), bad, FromKafka(9, Some.Notification(Some.Record("after.png"))));

        Assert.Equal(["dead-letter/numbers/3/8.json", "digit-5/after.png", "digit-5/before.png"], await app.FiledAsync());
        AssertSame(bad, (await LetterAsync(app, "dead-letter/numbers/3/8.json")).Message);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-2)]
    public async Task A_record_time_beyond_the_calendar_does_not_stop_the_batch(long unixTimestampMs)
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "odd-time.png")]);
        KafkaRecord record = KafkaCall.Record(FromKafka(1, Some.Notification(Some.Record("odd-time.png"))));
        record.Timestamp = new KafkaTimestamp { UnixTimestampMs = unixTimestampMs, Type = KafkaTimestampType.CreateTime };

        await app.TakeAsync(record);

        Assert.Equal(["digit-5/odd-time.png"], await app.FiledAsync());
    }

    private static EventMessage FromKafka(long offset, string value) =>
        new(Encoding.UTF8.GetBytes(value), []) { Origin = Some.Origin with { Offset = offset } };

    private async Task<DeadLetter> LetterAsync(FunctionServices app, string key)
    {
        Assert.True(DeadLetter.TryRead(await functions.Storage.ReadAsync(app.Target, key), out DeadLetter? letter, out string? fault), fault);
        return letter;
    }

    private static void AssertSame(EventMessage expected, EventMessage actual)
    {
        Assert.Equal(expected.Body?.ToArray(), actual.Body?.ToArray());
        Assert.Equal(expected.Origin!.Key?.ToArray(), actual.Origin!.Key?.ToArray());
        Assert.Equal(expected.Origin with { Key = null }, actual.Origin with { Key = null });
        Assert.Equal(
            expected.Headers.Select(header => (header.Name, header.Value is { } value ? Convert.ToHexString(value.Span) : null)),
            actual.Headers.Select(header => (header.Name, header.Value is { } value ? Convert.ToHexString(value.Span) : null)));
    }
}
