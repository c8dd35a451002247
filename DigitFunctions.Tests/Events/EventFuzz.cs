using System.Text;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>Makes hostile events of good ones: the same seed gives the same events in the same order.</summary>
/// <param name="samples">The good events.</param>
/// <param name="seed">Of the random numbers.</param>
internal sealed class EventFuzz(IReadOnlyList<EventMessage> samples, int seed)
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\ude00", "\\\"", "null", "true", "-1", "0", "1e999", "9999999999999999999",
        "\"\"", "[]", "{}", "\"Records\":", "\"Key\":", "\"s3\":", "\"object\":", "\"key\":", "\"size\":", "\"eTag\":", "\"eventName\":", "\"data\":",
        "\"data_base64\":", "\"specversion\":\"1.0\",", "\"deadLetter\":1,", "\"value\":", "\"Value\":", "\"Topic\":\"t\",", "\"payload\":", "\"schema\":0,",
        "\"detail-type\":", "\"traceparent\":", "%", "%2", "%2F", "%FF", "%00", "+", "/", "../", ".", "\uFEFF", "minio:s3", "aws:s3", "ceph:s3",
        "s3:ObjectCreated:Put", "Object Created", "\0", "\u007f", "é", "😀",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/cloudevents+json", "application/cloudevents-batch+json; charset=UTF-8", "APPLICATION/CLOUDEVENTS", "text/plain",
        "application/cloudevents+avro", "application/cloudevents;", ";", " ",
    ];

    private readonly Random random = new(seed);

    /// <summary>The next event.</summary>
    public EventMessage Next()
    {
        EventMessage sample = Any(samples);
        byte[] body = sample.Body?.ToArray() ?? [];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            body = Mutate(body);
        }

        for (int i = random.Next(20); i > 17; i--)
        {
            body = Wrap(body);
        }

        if (random.Next(300) == 0)
        {
            body = Multiply(body, random.Next(100_000));
        }

        return sample with
        {
            Body = random.Next(500) == 0 ? default(ReadOnlyMemory<byte>?) : body,
            Headers = random.Next(4) == 0 ? Mutate(sample.Headers) : sample.Headers,
            Origin = random.Next(20) == 0 ? null : sample.Origin,
        };
    }

    private byte[] Mutate(byte[] body)
    {
        int at = random.Next(body.Length + 1);
        int length = Math.Min(random.Next(8) == 0 ? random.Next(1000) : random.Next(12), body.Length - at);
        switch (random.Next(9))
        {
            case 0 when body.Length > at:
                body[at] ^= (byte)(1 << random.Next(8));
                return body;
            case 1 when body.Length > at:
                body[at] = (byte)random.Next(256);
                return body;
            case 2:
                return [.. body[..at], .. body[(at + length)..]];
            case 3:
                return [.. body[..(at + length)], .. body[at..]];
            case 4:
                return body[..at];
            case 5:
                byte[] other = Any(samples).Body?.ToArray() ?? [];
                int from = random.Next(other.Length + 1);
                return [.. body[..at], .. other[from..Math.Min(other.Length, from + random.Next(400))], .. body[(at + length)..]];
            case 6:
                return [.. body[..at], .. Enumerable.Repeat(Utf8(Any(Tokens)), random.Next(1, 100)).SelectMany(token => token), .. body[at..]];
            default:
                return ReplaceToken(body, at);
        }
    }

    // A mutation that leaves JSON more often than not: a string, number or word becomes another token.
    private byte[] ReplaceToken(byte[] body, int at)
    {
        int start = at + body.AsSpan(at).IndexOfAny(":[,"u8) + 1;
        int length = body.AsSpan(start).IndexOfAny(",]}"u8);
        if (start <= at || length < 0)
        {
            return [.. body[..at], .. Utf8(Any(Tokens)), .. body[at..]];
        }

        string token = Any(Tokens);
        byte[] value = Utf8(random.Next(2) == 0 ? token : System.Text.Json.JsonSerializer.Serialize(token));
        return [.. body[..start], .. value, .. body[(start + length)..]];
    }

    private byte[] Wrap(byte[] body) => random.Next(9) switch
    {
        0 => Utf8(System.Text.Json.JsonSerializer.Serialize(Encoding.UTF8.GetString(body))),
        1 => [.. "{\"specversion\":\"1.0\",\"data\":"u8, .. body, .. "}"u8],
        2 => [.. "{\"specversion\":\"1.0\",\"data_base64\":\""u8, .. Utf8(Convert.ToBase64String(body)), .. "\"}"u8],
        3 => [.. "["u8, .. body, .. ","u8, .. Any(samples).Body?.ToArray() ?? [], .. "]"u8],
        4 => [.. "{\"Records\":["u8, .. body, .. "]}"u8],
        5 => [.. "{\"schema\":null,\"payload\":"u8, .. body, .. "}"u8],
        6 => [.. "{\"Topic\":\"t\",\"Value\":"u8, .. Wrap(body), .. "}"u8],
        7 => [.. "\uFEFF"u8, .. body],
        _ => new DeadLetter(Any(samples) with { Body = body }, "fuzz", default).Write(),
    };

    private byte[] Multiply(byte[] body, int length)
    {
        byte[] unit = [.. body.AsSpan(0, Math.Min(body.Length, random.Next(2000))), .. ","u8];
        byte[] many = new byte[Math.Max(unit.Length, length)];
        for (int i = 0; i < many.Length; i++)
        {
            many[i] = unit[i % unit.Length];
        }

        return random.Next(2) == 0 ? many : [.. "["u8, .. many, .. "0]"u8];
    }

    private EventHeader[] Mutate(IReadOnlyList<EventHeader> headers)
    {
        List<EventHeader> mutated = [.. headers];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            byte[] value = new byte[random.Next(12)];
            random.NextBytes(value);
            mutated.Insert(random.Next(mutated.Count + 1), random.Next(4) switch
            {
                0 => new EventHeader("Content-Type", Utf8(Any(ContentTypes))),
                1 => new EventHeader(random.Next(2) == 0 ? "ce_id" : "ce-id", Utf8(string.Concat(Any(Tokens), Any(Tokens), Any(Tokens)))),
                2 => new EventHeader(Any(["", "ce_", "ce-specversion", "traceparent", "content-type"]), null),
                _ => new EventHeader(Any(["ce_source", "ce-type", "CE-ID", "tracestate", "content-type"]), value),
            });
        }

        return [.. mutated];
    }

    private T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
