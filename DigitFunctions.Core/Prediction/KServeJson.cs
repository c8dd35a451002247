using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DigitFunctions.Core.Prediction;

/// <summary>What both KServe protocols write and read alike: rows of numbers, whole replies, and error texts.</summary>
internal static class KServeJson
{
    private const int MaxTextLength = 300;

    // The longest float, such as -1.1754944E-38, with a comma.
    private const int MaxNumberLength = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>Writes numbers with commas between them, in the fewest digits that give the same float back.</summary>
    public static void WriteNumbers(IBufferWriter<byte> output, ReadOnlySpan<float> numbers)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        Span<byte> span = output.GetSpan(numbers.Length * MaxNumberLength);
        int length = 0;
        foreach (float number in numbers)
        {
            // Most pixels are background: no formatting for them.
            if (number == 0)
            {
                span[length++] = (byte)'0';
            }
            else
            {
                number.TryFormat(span[length..], out int digits, default, CultureInfo.InvariantCulture);
                length += digits;
            }

            span[length++] = (byte)',';
        }

        output.Advance(length - 1);
    }

    /// <summary>Reads a reply as JSON.</summary>
    /// <param name="reply">The reply's body.</param>
    /// <param name="model">The model's tag.</param>
    /// <param name="read">Reads the root; what it returns must not hold on to it.</param>
    /// <exception cref="ImplausiblePredictionException">It is no JSON, or <paramref name="read"/> refuses it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> reply, string model, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(reply, Strict);
            return read(document.RootElement);
        }
        catch (Exception error) when (IsNoJson(error))
        {
            throw PlausiblePrediction.Implausible(model, $"no JSON: {PlainText(reply)}");
        }
    }

    /// <summary>Reads the flat numbers of an array of any depth.</summary>
    /// <exception cref="ImplausiblePredictionException">It holds something that is no number.</exception>
    public static void ReadNumbers(JsonElement array, List<double> numbers, string model)
    {
        foreach (JsonElement element in array.EnumerateArray())
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Number:
                    numbers.Add(element.GetDouble());
                    break;
                case JsonValueKind.Array:
                    ReadNumbers(element, numbers, model);
                    break;
                default:
                    throw PlausiblePrediction.Implausible(model, $"{Quote(element)} where a number belongs");
            }
        }
    }

    /// <summary>What a server says was wrong: <c>error</c>, <c>detail</c>, or the text as it is.</summary>
    public static string ErrorText(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && (document.RootElement.TryGetProperty("error", out JsonElement error) || document.RootElement.TryGetProperty("detail", out error)))
            {
                return Quote(error);
            }
        }
        catch (Exception error) when (IsNoJson(error))
        {
            // Gateways answer in plain text or HTML.
        }

        return body.IsEmpty ? "no reason given" : PlainText(body);
    }

    /// <summary>A value for an error message: strings without quotes, the rest as JSON, shortened.</summary>
    public static string Quote(JsonElement element) =>
        Shorten(element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText());

    // Texts that are no Unicode are found only when they are read.
    private static bool IsNoJson(Exception error) => error is JsonException or InvalidOperationException;

    private static string PlainText(ReadOnlyMemory<byte> text) => Shorten(Encoding.UTF8.GetString(text.Span[..Math.Min(text.Length, MaxTextLength * 4)]));

    private static string Shorten(string text)
    {
        StringBuilder line = new();
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, MaxTextLength)))
        {
            line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.Append(text.Length > MaxTextLength ? "…" : "").ToString().Trim();
    }
}
