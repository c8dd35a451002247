using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Local.Commands;

/// <summary>Makes an HTTP request of a saved event, so that the function reads what the first reader would have read.</summary>
internal static class ReplayRequest
{
    private const string AttributePrefix = "ce_";

    /// <summary>The request: the document as it is, or where a dead letter is larger than the function takes, the record in it.</summary>
    /// <remarks>
    /// The function reads a dead letter as the record that it carries, with value, key and headers byte for byte. Base64 makes it a third larger than its record,
    /// so one of a large record is opened here: its value is the body, its headers are those of the HTTP binding.
    /// </remarks>
    /// <param name="url">Where it is posted.</param>
    /// <param name="document">The saved event.</param>
    public static HttpRequestMessage Create(Uri url, ReadOnlyMemory<byte> document)
    {
        if (document.Length > EventLimits.MaxBodyBytes
            && DeadLetter.TryRead(document.Span, out DeadLetter? letter, out _) && letter.Message.Body is { } value)
        {
            return Create(url, value, letter.Message);
        }

        HttpRequestMessage request = Create(url, document);
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue(ContentTypeOf(document.Span));
        return request;

        static HttpRequestMessage Create(Uri url, ReadOnlyMemory<byte> body, EventMessage? record = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
            if (record is not null)
            {
                AddHeaders(request, record);
            }

            return request;
        }
    }

    private static void AddHeaders(HttpRequestMessage request, EventMessage record)
    {
        // Only what the reader looks at: others, such as __connect.errors.*, may be no HTTP headers at all.
        foreach (string name in record.Headers.Select(header => header.Name.ToLowerInvariant()).Distinct())
        {
            if (record.Header(name) is not { } text)
            {
                continue;
            }

            if (name.StartsWith(AttributePrefix, StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation("ce-" + name[AttributePrefix.Length..], Encode(text));
            }
            else if (name == "content-type" && !HasControl(text))
            {
                request.Content!.Headers.TryAddWithoutValidation("Content-Type", text);
            }
            else if (name is "traceparent" or "tracestate" && !HasControl(text))
            {
                request.Headers.TryAddWithoutValidation(name, text);
            }
        }
    }

    /// <summary>Percent-encodes an attribute: CloudEvents HTTP protocol binding, section 3.1.3.2.</summary>
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit is > (byte)' ' and < 0x7f and not ((byte)'"' or (byte)'%'))
            {
                encoded.Append((char)unit);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
            }
        }

        return encoded.ToString();
    }

    private static bool HasControl(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static string ContentTypeOf(ReadOnlySpan<byte> document)
    {
        Utf8JsonReader reader = new(document.StartsWith("\uFEFF"u8) ? document[3..] : document, isFinalBlock: true, default);
        try
        {
            reader.Read();
            bool isBatch = reader.TokenType == JsonTokenType.StartArray && reader.Read();
            while (reader.TokenType == JsonTokenType.StartObject && reader.Read())
            {
                while (reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.ValueTextEquals("specversion"u8))
                    {
                        return isBatch ? "application/cloudevents-batch+json" : "application/cloudevents+json";
                    }

                    reader.Skip();
                    reader.Read();
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON, or not deep down: the function says so.
        }

        return "application/json";
    }
}
