using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DigitFunctions.Local.Stack;

/// <summary>Whose conditional requests the S3 endpoint plays.</summary>
public enum ConditionSupport
{
    /// <summary>AWS: all conditions on reads, writes, copies and deletes are honoured.</summary>
    Aws,

    /// <summary>
    /// Ceph 16: conditions on reads and PUT <c>If-Match</c> are honoured; PUT <c>If-None-Match</c>, <c>x-amz-copy-source-if-…</c> and
    /// DELETE <c>If-Match</c> are ignored, as its gateway was seen to do. On PUT it takes quotes for a part of the eTag. A condition of its own on DELETE, <c>x-amz-delete-if-unmodified-since</c>, is honoured.
    /// </summary>
    Ceph16,
}

/// <summary>Checks the conditions of requests against objects.</summary>
/// <remarks>
/// RFC 9110 section 13; https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html;
/// dates count whole seconds, as the header Last-Modified does.
/// </remarks>
internal sealed class S3Conditions(ConditionSupport support)
{
    /// <summary>Ceph's own condition on DELETE: a time such as <c>2026-03-04 05:06:07</c>, UTC.</summary>
    public const string DeleteIfUnmodifiedSince = "x-amz-delete-if-unmodified-since";

    private bool IsAws => support == ConditionSupport.Aws;

    /// <summary>Checks GET or HEAD.</summary>
    /// <exception cref="S3Exception">304 or 412.</exception>
    public static void CheckRead(IHeaderDictionary headers, S3Object found)
    {
        if (headers.IfMatch.Count > 0 ? !Matches(headers.IfMatch.ToString(), found) : IsModifiedSince(headers.IfUnmodifiedSince.ToString(), found) == true)
        {
            throw S3Exception.PreconditionFailed(headers.IfMatch.Count > 0 ? HeaderNames.IfMatch : HeaderNames.IfUnmodifiedSince);
        }

        if (headers.IfNoneMatch.Count > 0 ? Matches(headers.IfNoneMatch.ToString(), found) : IsModifiedSince(headers.IfModifiedSince.ToString(), found) == false)
        {
            throw S3Exception.NotModified();
        }
    }

    /// <summary>Checks the source of a copy.</summary>
    /// <exception cref="S3Exception">412.</exception>
    public void CheckCopySource(IHeaderDictionary headers, S3Object source)
    {
        const string Prefix = "x-amz-copy-source-if-";
        string match = headers[Prefix + "match"].ToString();
        string noneMatch = headers[Prefix + "none-match"].ToString();
        if (IsAws && (match.Length > 0 ? !Matches(match, source) : IsModifiedSince(headers[Prefix + "unmodified-since"].ToString(), source) == true))
        {
            throw S3Exception.PreconditionFailed(Prefix + (match.Length > 0 ? "match" : "unmodified-since"));
        }

        if (IsAws && (noneMatch.Length > 0 ? Matches(noneMatch, source) : IsModifiedSince(headers[Prefix + "modified-since"].ToString(), source) == false))
        {
            throw S3Exception.PreconditionFailed(Prefix + (noneMatch.Length > 0 ? "none-match" : "modified-since"));
        }
    }

    /// <summary>Makes the check of PUT, or of a copy's or a multipart upload's target, to be done when the object is replaced.</summary>
    /// <exception cref="S3Exception">501: <c>If-None-Match</c> with anything but <c>*</c>.</exception>
    public Action<S3Object?> ForWrite(IHeaderDictionary headers, string key)
    {
        string match = headers.IfMatch.ToString();
        bool onlyNew = IsAws && headers.IfNoneMatch.Count > 0;
        if (onlyNew && headers.IfNoneMatch.ToString() != "*")
        {
            throw S3Exception.NotImplemented("If-None-Match with anything but * on a write");
        }

        return present =>
        {
            if (onlyNew && present is not null)
            {
                throw S3Exception.PreconditionFailed(HeaderNames.IfNoneMatch);
            }

            CheckMatch(IsAws || !match.StartsWith('"') ? match : "quoted", key, present);
        };
    }

    /// <summary>Makes the check of DELETE, to be done when the object is taken away.</summary>
    /// <param name="match">The eTag demanded, or <c>*</c>; empty for no condition.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="unmodifiedSince">The value of <see cref="DeleteIfUnmodifiedSince"/>; empty for no condition.</param>
    /// <exception cref="S3Exception">400: that value is no time.</exception>
    public Action<S3Object?> ForDelete(string match, string key, string unmodifiedSince = "")
    {
        if (IsAws || unmodifiedSince.Length == 0)
        {
            return present => CheckMatch(IsAws ? match : "", key, present);
        }

        if (!DateTimeOffset.TryParseExact(
            unmodifiedSince, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset since))
        {
            throw S3Exception.InvalidArgument($"{DeleteIfUnmodifiedSince} must be a time such as 2026-03-04 05:06:07.");
        }

        return present =>
        {
            if (present is not null && present.LastModified.ToUnixTimeSeconds() > since.ToUnixTimeSeconds())
            {
                throw S3Exception.PreconditionFailed(DeleteIfUnmodifiedSince);
            }
        };
    }

    private static void CheckMatch(string match, string key, S3Object? present)
    {
        if (match.Length == 0)
        {
            return;
        }

        if (!Matches(match, present ?? throw S3Exception.NoSuchKey(key)))
        {
            throw S3Exception.PreconditionFailed(HeaderNames.IfMatch);
        }
    }

    private static bool Matches(string condition, S3Object found) =>
        condition.Trim() == "*" || Array.Exists(condition.Split(',', StringSplitOptions.TrimEntries), tag => tag.Trim('"') == found.ETag);

    // A date that cannot be read is no condition.
    private static bool? IsModifiedSince(string date, S3Object found) =>
        date.Length > 0 && HeaderUtilities.TryParseDate(date, out DateTimeOffset since)
            ? found.LastModified.ToUnixTimeSeconds() > since.ToUnixTimeSeconds()
            : null;
}
