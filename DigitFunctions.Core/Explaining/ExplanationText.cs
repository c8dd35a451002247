using System.Globalization;

namespace DigitFunctions.Core.Explaining;

/// <summary>Explanations for people, a line at a time. Keys and reasons are in them as they are: whoever prints them cleans them.</summary>
public static class ExplanationText
{
    // From paper to full ink.
    private const string Shades = " .:-=+*#%@";

    /// <summary>The lines of a record.</summary>
    public static IEnumerable<string> Of(RecordExplanation record)
    {
        ArgumentNullException.ThrowIfNull(record);
        yield return $"read      {record.Notice.Kind}{(record.Notice.Bucket is { } bucket ? $" of {bucket}/{record.Notice.Key}" : "")}";
        if (record.Notice.Remark is { } remark)
        {
            yield return $"remark    {remark}";
        }

        if (record.Notice.Upload is { } upload)
        {
            yield return $"key       {record.Notice.KeyRule ?? "as it is"}";
            yield return $"announced eTag {upload.ETag ?? "none"}, version {upload.VersionId ?? "none"}, {upload.Size.ToString(CultureInfo.InvariantCulture)} bytes";
            yield return record.ObjectETag is { } eTag ? $"object    eTag {eTag}, {record.ObjectSize?.ToString(CultureInfo.InvariantCulture)} bytes" : "object    none read";
        }

        if (record.Filed is { } filed)
        {
            yield return $"filed     {filed}{(record.IsFiled ? "" : ", another picture of this key")}";
        }

        foreach (string line in record.Picture is { } picture ? Of(picture) : [])
        {
            yield return line;
        }

        if (record.Reason is { } reason)
        {
            yield return $"reason    {reason}";
        }

        yield return $"target    {(record.IsFiled ? "none: it is filed" : record.Target is { } target ? $"{target} in {record.TargetBucket}" : "none")}";
    }

    /// <summary>The lines of a picture.</summary>
    public static IEnumerable<string> Of(PictureExplanation picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        yield return $"transform {picture.Profile}{(picture.HoldsSeveral ? ", several marks" : "")}{(picture.HasOtherReading ? ", with and without straight lines" : "")}";
        foreach (byte[] row in picture.Rows)
        {
            yield return $"          |{string.Concat(row.Select(value => Shades[value * (Shades.Length - 1) / 255]))}|";
        }

        if (picture.Prediction is { } prediction)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"predict   {prediction.Digit}, confidence {prediction.Confidence:0.0000}, digit score {(prediction.DigitScore is { } score ? score.ToString("0.0000", CultureInfo.InvariantCulture) : "not given")}, by {prediction.Model}");
            for (int digit = 0; digit < prediction.Scores.Count; digit++)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"          {digit} {prediction.Scores[digit]:0.0000} {new string('#', (int)MathF.Round(prediction.Scores[digit] * 40))}").TrimEnd();
            }
        }

        yield return $"place     {picture.Place ?? "unknown"}{(picture.Reason is { } reason ? $": {reason}" : "")}";
    }
}
