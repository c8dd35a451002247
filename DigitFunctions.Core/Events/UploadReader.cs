using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Makes a notice of a record's members.</summary>
internal static class UploadReader
{
    // Longer texts are no times and no 64-bit numbers.
    private const int MaxScalarBytes = 64;

    /// <summary>Reads the members of one record.</summary>
    /// <param name="text">The text that all values stand in.</param>
    /// <param name="members">The record's members.</param>
    /// <param name="skipReason">Why the record announces no picture, by its event name; <see langword="null"/> where it does.</param>
    /// <param name="envelope">What is around the notification.</param>
    public static UploadNotice Read(ReadOnlySpan<byte> text, ref RecordMembers members, string? skipReason, in EventEnvelope envelope)
    {
        MemberNames names = members.Names;
        string? fault = skipReason is null ? members.Fault : null;
        string? bucket = ReadString(text, members.Bucket, names.Bucket, isRequired: true, ref fault);
        KeyReading key = ReadKey(text, members, bucket, ref fault);
        if (skipReason is not null)
        {
            return envelope.Skipped(Place(members, skipReason), bucket, key.Key);
        }

        Upload upload = new(bucket ?? "", key.Key ?? "")
        {
            Size = ReadSize(text, members.Size, names.Size, ref fault),
            ETag = Unquote(ReadString(text, members.ETag, names.ETag, isRequired: false, ref fault)),
            VersionId = ReadString(text, members.VersionId, names.VersionId, isRequired: false, ref fault),
            Sequencer = ReadString(text, members.Sequencer, names.Sequencer, isRequired: false, ref fault),
            EventTime = ReadTime(text, members.Time, names.Time, ref fault),
            EventId = envelope.EventId ?? ReadString(text, members.EventId, names.EventId, isRequired: false, ref fault),
            TraceParent = envelope.TraceParent,
            TraceState = envelope.TraceState,
        };
        if (fault is not null)
        {
            return envelope.Rejected(Place(members, fault + "."));
        }

        if (key.Key?.EndsWith('/') == true)
        {
            return envelope.Skipped(Place(members, "The key ends in '/': a folder marker, no picture."), bucket, key.Key);
        }

        return key.Fault switch
        {
            NoticeKind.Upload => envelope.Uploaded(upload, ObjectKeyRules.Describe(members.Encoding)),
            NoticeKind.Refused => envelope.Refused(Place(members, $"{names.Key} {key.Reason}."), bucket, key.Key),
            _ => envelope.Rejected(Place(members, $"{names.Key} {key.Reason}.")),
        };
    }

    /// <summary>A reason with the record's place before it.</summary>
    public static string Place(in RecordMembers members, string reason) =>
        members.Index is not { } index ? reason
        : char.IsAsciiLetterLower(reason[0]) ? $"Records[{index}].{reason}"
        : $"Records[{index}]: {reason}";

    /// <summary>A string member: <see langword="null"/> where it is absent or empty, with a fault where it is required or no string.</summary>
    public static string? ReadString(ReadOnlySpan<byte> text, JsonValue value, string name, bool isRequired, ref string? fault)
    {
        if (!value.IsString)
        {
            if (value.IsPresent || isRequired)
            {
                fault ??= value.Type == JsonTokenType.None ? $"{name} is missing" : $"{name} must be a string, got {value.Description}";
            }

            return null;
        }

        if (!JsonText.TryGetString(text, value, out string? result))
        {
            fault ??= $"{name} is not Unicode text";
        }
        else if (isRequired && result.Length == 0)
        {
            fault ??= $"{name} must not be empty";
        }

        return string.IsNullOrEmpty(result) ? null : result;
    }

    private static KeyReading ReadKey(ReadOnlySpan<byte> text, in RecordMembers members, string? bucket, ref string? fault)
    {
        if (!members.Key.IsString)
        {
            ReadString(text, members.Key, members.Names.Key, isRequired: true, ref fault);
            return default;
        }

        ReadOnlySpan<byte> announced = default;
        if (members.Encoding == KeyEncoding.MinIO && members.Announced.IsString)
        {
            announced = members.Announced.IsEscaped ? JsonText.GetBytes(text, members.Announced) : members.Announced.In(text);
        }

        if (!members.Key.IsEscaped)
        {
            return ObjectKeyRules.Read(members.Key.In(text), members.Encoding, Utf8Of(text, members.Bucket, bucket), announced);
        }

        return JsonText.GetBytes(text, members.Key) is { } raw
            ? ObjectKeyRules.Read(raw, members.Encoding, Utf8Of(text, members.Bucket, bucket), announced)
            : new KeyReading(null, NoticeKind.Refused, "holds half of a surrogate pair, so it is no Unicode text");
    }

    private static ReadOnlySpan<byte> Utf8Of(ReadOnlySpan<byte> text, JsonValue value, string? read) =>
        value.IsEscaped || read is null ? Encoding.UTF8.GetBytes(read ?? "") : value.In(text);

    private static long ReadSize(ReadOnlySpan<byte> text, JsonValue value, string name, ref string? fault)
    {
        if (!value.IsPresent || (value.IsString && value.Length == 0))
        {
            return 0;
        }

        if (!value.IsString && value.Type != JsonTokenType.Number)
        {
            fault ??= $"{name} must be a number, got {value.Description}";
            return 0;
        }

        ReadOnlySpan<byte> digits = value.In(text);
        if (digits.Length <= MaxScalarBytes && decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal size)
            && size >= 0 && size <= long.MaxValue && decimal.Truncate(size) == size)
        {
            return (long)size;
        }

        string got = Encoding.UTF8.GetString(digits[..Math.Min(digits.Length, MaxScalarBytes)]);
        fault ??= $"{name} must be a whole number from 0 to {long.MaxValue}, got {JsonText.Quote(got)}";
        return 0;
    }

    /// <summary>A time in RFC 3339: <see langword="null"/> where it is absent or none, with a fault where it is no string.</summary>
    public static DateTimeOffset? ReadTime(ReadOnlySpan<byte> text, JsonValue value, string name, ref string? fault)
    {
        if (!value.IsString)
        {
            fault ??= value.IsPresent ? $"{name} must be a string, got {value.Description}" : null;
            return null;
        }

        ReadOnlySpan<byte> time = value.In(text);
        // Without an offset the time would be read as the machine's local time.
        bool hasOffset = time is [.., (byte)'Z'] or [.., (byte)'+' or (byte)'-', _, _, _, _, _];
        if (!hasOffset || value.IsEscaped || value.Length > MaxScalarBytes)
        {
            return null;
        }

        Utf8JsonReader reader = new(text.Slice(value.Start - 1, value.Length + 2));
        return reader.Read() && reader.TryGetDateTimeOffset(out DateTimeOffset result) ? result : null;
    }

    private static string? Unquote(string? eTag) => eTag is ['"', .. string inner, '"'] ? (inner.Length > 0 ? inner : null) : eTag;
}
