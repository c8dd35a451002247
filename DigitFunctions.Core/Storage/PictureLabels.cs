using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Core.Storage;

/// <summary>The metadata that a filed picture carries, beside what its uploader gave it.</summary>
internal static class PictureLabels
{
    public const string Digit = "digit";
    public const string Confidence = "confidence";
    public const string Model = "model";
    public const string Reason = "reason";
    public const string Source = "source";
    public const string SourceETag = "source-etag";
    public const string SourceModified = "source-modified";
    public const string Event = "event";
    public const string Trace = "trace";

    /// <summary>When a person decided; absent where nobody has.</summary>
    public const string Reviewed = "reviewed";

    /// <summary>The places that a person's decisions took the picture from, the last first.</summary>
    public const string Was = "was";

    /// <summary>Who decided last, where the proxy in front names its users.</summary>
    public const string By = "by";

    /// <summary>All of them. An uploader's own entries of these names are dropped: they would pass for ours.</summary>
    private static readonly string[] Names = [Source, SourceETag, SourceModified, Digit, Confidence, Model, Reason, Event, Trace, Reviewed, Was, By];

    // S3 allows 2 KiB for names and values together.
    private const int MaxBytes = 2048;
    private const int MaxSourceBytes = 512;
    private const int MaxReasonBytes = 512;
    private const string Prefix = "x-amz-meta-";

    /// <summary>The labels of a picture that a model has seen.</summary>
    /// <param name="prediction">What the model said.</param>
    /// <param name="review">Why a person is to look at the picture, if there is a reason.</param>
    public static List<KeyValuePair<string, string>> Of(DigitPrediction prediction, string? review = null) =>
    [
        new(Digit, prediction.Digit.ToString(CultureInfo.InvariantCulture)),
        new(Confidence, prediction.Confidence.ToString("0.####", CultureInfo.InvariantCulture)),
        new(Model, prediction.Model),
        .. review is null ? (ReadOnlySpan<KeyValuePair<string, string>>)[] : [new(Reason, review)],
    ];

    /// <summary>Which event brought a picture here, and its trace.</summary>
    /// <param name="message">The event.</param>
    /// <param name="traceParent">W3C's, as the upload has it; not checked.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(EventMessage message, string? traceParent)
    {
        if (message.Origin is { } origin)
        {
            yield return new(Event, origin.Place);
        }

        if (ActivityContext.TryParse(traceParent, null, out ActivityContext trace))
        {
            yield return new(Trace, trace.TraceId.ToHexString());
        }
    }

    /// <summary>The prediction that labels tell, without its scores.</summary>
    /// <returns><see langword="null"/> where they tell none.</returns>
    public static DigitPrediction? Read(IReadOnlyList<KeyValuePair<string, string>> labels) => Read(name => labels.FirstOrDefault(label => label.Key == name).Value);

    /// <inheritdoc cref="Read(IReadOnlyList{KeyValuePair{string, string}})"/>
    public static DigitPrediction? Read(MetadataCollection labels) => Read(name => labels[name]);

    private static DigitPrediction? Read(Func<string, string?> find)
    {
        if (!int.TryParse(find(Digit), NumberStyles.None, CultureInfo.InvariantCulture, out int digit) || digit > 9
            || !float.TryParse(find(Confidence), CultureInfo.InvariantCulture, out float confidence))
        {
            return null;
        }

        float[] scores = new float[10];
        scores[digit] = confidence;
        return new DigitPrediction(digit, scores, find(Model) ?? "");
    }

    /// <summary>The labels of a file that cannot be read.</summary>
    public static List<KeyValuePair<string, string>> Of(string reason) =>
        [new(Reason, reason.Length <= MaxReasonBytes ? reason : reason[..MaxReasonBytes])];

    /// <summary>Writes the labels, where the picture came from, and as much of the uploader's metadata as S3's limit leaves room for.</summary>
    /// <returns>How many entries of the uploader's metadata had to be left out.</returns>
    public static int Write(MetadataCollection target, SourcePicture source, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        string from = Ascii($"{source.Upload.Bucket}/{source.Upload.Key}");
        int room = MaxBytes;
        Add(target, Source, from.Length <= MaxSourceBytes ? from : Ascii(source.Upload.Bucket), ref room);
        Add(target, SourceETag, source.ETag, ref room);
        Add(target, SourceModified, source.LastModified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ref room);
        foreach ((string name, string value) in labels)
        {
            Add(target, name, Ascii(value), ref room);
        }

        return KeepOthers(target, source.Metadata, ref room);
    }

    /// <summary>Writes the metadata of a filed picture anew, with other labels.</summary>
    /// <param name="target">Receives the metadata.</param>
    /// <param name="filed">What the picture has now.</param>
    /// <param name="labels">Labels that take the place of those that it has; an empty value removes one.</param>
    /// <returns>How many entries of the uploader's metadata had to be left out.</returns>
    public static int Rewrite(MetadataCollection target, MetadataCollection filed, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        int room = MaxBytes;
        foreach (string name in Names)
        {
            string? value = labels.FirstOrDefault(label => label.Key == name).Value ?? filed[name];
            if (!string.IsNullOrEmpty(value))
            {
                Add(target, name, Ascii(value), ref room);
            }
        }

        return KeepOthers(target, filed, ref room);
    }

    private static int KeepOthers(MetadataCollection target, MetadataCollection from, ref int room)
    {
        int left = 0;
        foreach (string key in from.Keys)
        {
            string name = key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? key[Prefix.Length..] : key;
            string value = EncodeWord(from[key]);
            if (Names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            if (name.Length + value.Length > room)
            {
                left++;
                continue;
            }

            Add(target, name, value, ref room);
        }

        return left;
    }

    private static void Add(MetadataCollection target, string name, string value, ref int room)
    {
        target[name] = value;
        room -= name.Length + value.Length;
    }

    /// <summary>Percent-encodes what a header cannot carry.</summary>
    private static string Ascii(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var ascii = new StringBuilder(text.Length * 2);
        foreach (Rune rune in text.EnumerateRunes())
        {
            ascii.Append(rune.Value is >= ' ' and <= '~' ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return ascii.ToString();
    }

    /// <summary>Metadata that is not ASCII, which servers send as raw UTF-8, in the form in which S3 accepts it (RFC 2047).</summary>
    private static string EncodeWord(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return value;
        }

        // HttpClient reads header bytes as Latin-1, so that this gives the bytes as they were sent.
        byte[] raw = value.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff') ? Encoding.UTF8.GetBytes(value) : Encoding.Latin1.GetBytes(value);
        return $"=?UTF-8?B?{Convert.ToBase64String(raw)}?=";
    }
}
