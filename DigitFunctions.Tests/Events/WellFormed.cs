using System.Text;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>What holds for every notice, whatever the input.</summary>
internal static class WellFormed
{
    private const int LongestReason = 600;

    /// <summary>Throws an exception that says what is wrong with the notices of one message.</summary>
    public static void Check(IReadOnlyList<UploadNotice> notices)
    {
        Require(notices.Count is > 0 and <= 2 * EventLimits.MaxRecords, $"{notices.Count} notices");
        foreach (UploadNotice notice in notices)
        {
            Check(notice);
        }
    }

    /// <summary>Throws an exception that says what is wrong with a notice.</summary>
    public static void Check(UploadNotice notice)
    {
        Require(Enum.IsDefined(notice.Kind), $"kind {notice.Kind}");
        Require(notice.Kind == NoticeKind.Upload == notice.Upload is not null, $"{notice.Kind} with upload {notice.Upload}");
        if (notice.Upload is not { } upload)
        {
            Require(notice.Reason is { Length: > 0 and < LongestReason }, $"reason '{notice.Reason}'");
            Require(!notice.Reason!.Any(char.IsControl), $"control character in '{notice.Reason}'");
            return;
        }

        Require(notice.Reason is null, "an upload with a reason");
        Require(upload.Bucket.Length > 0 && upload.Bucket == notice.Bucket, $"bucket '{upload.Bucket}'");
        Require(upload.Key.Length > 0 && upload.Key == notice.Key, $"key '{upload.Key}'");
        Require(Encoding.UTF8.GetByteCount(upload.Key) <= EventLimits.MaxKeyBytes, "a long key");
        Require(!upload.Key.EndsWith('/') && !upload.Key.Any(char.IsControl), $"key '{upload.Key}'");
        Require(!upload.Key.Split('/').Any(segment => segment is "." or ".."), $"key '{upload.Key}'");
        Require(upload.Size >= 0, $"size {upload.Size}");
        Require(upload is not ({ ETag: "" } or { VersionId: "" } or { Sequencer: "" } or { EventId: "" }), "an empty member");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Not well formed: {what}");
        }
    }
}
