using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class DeadLetters
{
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 9, TimeSpan.Zero);

    public static TheoryData<string> Samples => [.. EventSample.Names];

    [Fact]
    public void Value_key_and_headers_come_back_byte_for_byte()
    {
        byte[] allBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        EventHeader[] headers =
        [
            new("trace", allBytes), new("trace", Array.Empty<byte>()), new("null", null), new("", "x"u8.ToArray()), new("ключ\n\"", allBytes.AsMemory(0, 1)),
        ];
        EventMessage message = new(allBytes, headers) { Origin = Some.Origin with { Key = allBytes.AsMemory(128) } };

        byte[] document = new DeadLetter(message, "It is \"broken\".", Time).Write();

        Assert.True(DeadLetter.TryRead(document, out DeadLetter? read, out string? fault), fault);
        Assert.Equal(("It is \"broken\".", Time), (read.Reason, read.Time));
        AssertSame(message, read.Message);
    }

    [Fact]
    public void What_is_null_stays_null_and_what_is_empty_stays_empty()
    {
        foreach (byte[]? bytes in (byte[]?[])[null, []])
        {
            ReadOnlyMemory<byte>? some = bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
            EventMessage message = new(some, []) { Origin = Some.Origin with { Key = some, Timestamp = null } };

            Assert.True(DeadLetter.TryRead(new DeadLetter(message, "x", Time).Write(), out DeadLetter? read, out _));

            AssertSame(message, read.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_dead_letter_replayed_reads_as_the_record_would_have(string name)
    {
        EventMessage message = EventSample.Load(name).Message;

        IReadOnlyList<UploadNotice> replayed = UploadEventParser.Parse(Some.Event(new DeadLetter(message, "x", Time).Write()));

        IReadOnlyList<UploadNotice> direct = UploadEventParser.Parse(message);
        Assert.Equal(
            direct.Select(notice => (notice.Kind, notice.Upload, notice.Bucket, notice.Key, notice.Remark)),
            replayed.Select(notice => (notice.Kind, notice.Upload, notice.Bucket, notice.Key, notice.Remark)));
    }

    [Fact]
    public void The_document_is_json_that_a_person_can_read()
    {
        EventMessage message = new("{}"u8.ToArray(), [new("ce_id", "1"u8.ToArray())]) { Origin = Some.Origin };

        string document = Encoding.UTF8.GetString(new DeadLetter(message, "Not a notification.", Time).Write());

        Assert.Equal(
            """
            {
              "deadLetter": 1,
              "reason": "Not a notification.",
              "time": "2026-03-04T05:06:09+00:00",
              "topic": "numbers",
              "partition": 3,
              "offset": 41,
              "timestamp": "2026-03-04T05:06:08.089+00:00",
              "key": "bnVtYmVycy83LnBuZw==",
              "headers": [
                {
                  "name": "ce_id",
                  "value": "MQ=="
                }
              ],
              "value": "e30="
            }
            """,
            document);
        Assert.Equal("dead-letter/numbers/3/41.json", DeadLetter.ObjectKeyOf(Some.Origin));
    }

    [Fact]
    public void Text_that_is_no_unicode_does_not_hinder_writing()
    {
        EventMessage message = new("{}"u8.ToArray(), [new("a\ud800", null)]) { Origin = Some.Origin };

        Assert.True(DeadLetter.TryRead(new DeadLetter(message, "b\udc00", Time).Write(), out DeadLetter? read, out _));

        Assert.Equal(("b\ufffd", "a\ufffd"), (read.Reason, read.Message.Headers[0].Name));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{"deadLetter":2,"value":null}""", "deadLetter must be 1")]
    [InlineData("""{"deadLetter":1}""", "value is missing")]
    [InlineData("""{"deadLetter":1,"value":"*"}""", "value must be a string of base64 or null")]
    [InlineData("""{"deadLetter":1,"value":null,"topic":7}""", "topic must be a string, got a number")]
    [InlineData("""{"deadLetter":1,"value":null,"headers":{}}""", "headers must be an array, got an object")]
    [InlineData("""{"deadLetter":1,"value":null,"headers":[7]}""", "headers must be an array of objects")]
    [InlineData("""{"deadLetter":1,"value":null,"headers":[{"name":"a","value":7}]}""", "a header's value must be a string of base64")]
    [InlineData("""{"deadLetter":1,"value":null} x""", "not JSON")]
    public void A_document_that_is_none_says_what_is_wrong(string document, string fault)
    {
        Assert.False(DeadLetter.TryRead(Encoding.UTF8.GetBytes(document), out _, out string? told));
        Assert.Contains(fault, told, StringComparison.Ordinal);
    }

    private static void AssertSame(EventMessage expected, EventMessage actual)
    {
        AssertSame(expected.Body, actual.Body);
        AssertSame(expected.Origin!.Key, actual.Origin!.Key);
        Assert.Equal(expected.Origin with { Key = null }, actual.Origin with { Key = null });
        Assert.Equal(expected.Headers.Select(header => header.Name), actual.Headers.Select(header => header.Name));
        foreach ((EventHeader before, EventHeader after) in expected.Headers.Zip(actual.Headers))
        {
            AssertSame(before.Value, after.Value);
        }
    }

    private static void AssertSame(ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte>? actual) => Assert.Equal(expected?.ToArray(), actual?.ToArray());
}
