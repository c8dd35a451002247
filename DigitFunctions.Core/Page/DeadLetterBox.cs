using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Reads the dead letters in the target bucket, and has them handled again.</summary>
public sealed class DeadLetterBox(
    IAmazonS3 s3, StoreAccess access, ServerConditions conditions, TargetListing listing, DigitPipeline pipeline, IOptions<SortingOptions> sorting)
{
    /// <summary>Letters of one replay.</summary>
    public const int MostReplayed = 100;

    /// <summary>The largest letter that is read: Kafka's largest usual message in base64, twice.</summary>
    private const int MostBytes = 4 << 20;

    /// <summary>The metadata that tells how often a letter failed when it was handled again.</summary>
    private const string Redriven = "redriven";

    private const int MostText = 64 << 10;
    private const int MostRemembered = 4 * PlaceTally.Kept;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Which letters are of blocked pictures. A letter is never written over.</summary>
    private readonly ConcurrentDictionary<string, bool> _isBlocked = new();

    /// <summary>Reads one dead letter.</summary>
    /// <returns><see langword="null"/> where there is none.</returns>
    public async Task<LetterView?> ReadAsync(string key, CancellationToken cancellationToken) =>
        await GetAsync(key, cancellationToken).ConfigureAwait(false) is { } found ? View(key, found.Document) with { Redriven = found.Redriven } : null;

    /// <summary>Has dead letters handled again, one after the other, as the HTTP function handles them: what fails again is told, and leaves no second letter.</summary>
    /// <param name="keys">Their keys; at most <see cref="MostReplayed"/>.</param>
    /// <param name="remove">Whether those that are handled now go.</param>
    /// <param name="cancellationToken">Stops between two letters.</param>
    public async Task<IReadOnlyList<LetterReplay>> ReplayAsync(IReadOnlyList<string> keys, bool remove, CancellationToken cancellationToken)
    {
        var replays = new List<LetterReplay>();
        foreach (string key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                replays.Add(await ReplayAsync(key, remove, cancellationToken).ConfigureAwait(false));
            }
            catch (UnfinishedBatchException e)
            {
                // What stays unreachable for one does for all: the others would only wait.
                replays.Add(new LetterReplay(key, e.Outcomes, e.Message, IsRemoved: false) { IsUnfinished = true });
                replays.AddRange(keys.Skip(replays.Count).Select(left => new LetterReplay(left, [], "It was not tried, since the one before it could not be handled now.", IsRemoved: false) { IsUnfinished = true }));
                break;
            }
        }

        return replays;
    }

    /// <summary>Notes in a letter's metadata how often it failed when it was handled again. Its bytes stay where they are.</summary>
    /// <exception cref="StoreRefusedException">The server refuses the copy.</exception>
    internal async Task CountFailureAsync(string key, int times, CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        var request = new CopyObjectRequest
        {
            SourceBucket = bucket,
            SourceKey = key,
            DestinationBucket = bucket,
            DestinationKey = key,
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = "application/json",
        };
        request.Metadata[Redriven] = times.ToString(CultureInfo.InvariantCulture);
        try
        {
            await access.CallAsync(StoreOperation.Copy, bucket, key, () => s3.CopyObjectAsync(request, cancellationToken)).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            // Somebody else has removed it meanwhile.
        }
    }

    /// <summary>Counts the dead letters, and tells the newest of rejected events from those of blocked pictures.</summary>
    internal async Task<LetterTally> CountAsync(CancellationToken cancellationToken)
    {
        var all = new PlaceTally();
        string? next = null;
        do
        {
            ListingPart part = await listing.ListAsync(DeadLetter.Prefix, next, TargetListing.MostEntries, cancellationToken).ConfigureAwait(false);
            all.Add(part.Entries);
            next = part.Next;
        }
        while (next is not null);
        ColumnView newest = all.View("", PlaceTally.Kept);
        if (_isBlocked.Count > MostRemembered)
        {
            _isBlocked.Clear();
        }

        await Parallel.ForEachAsync(
            newest.Newest.Where(entry => !_isBlocked.ContainsKey(entry.Key)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (entry, ct) => _isBlocked[entry.Key] = await GetAsync(entry.Key, ct).ConfigureAwait(false) is { } found && View(entry.Key, found.Document).IsBlocked).ConfigureAwait(false);
        ILookup<bool, FiledEntry> told = newest.Newest.ToLookup(entry => _isBlocked.GetValueOrDefault(entry.Key));
        return new LetterTally([.. told[true]], [.. told[false]], newest.Count <= PlaceTally.Kept);
    }

    private async Task<LetterReplay> ReplayAsync(string key, bool remove, CancellationToken cancellationToken)
    {
        if (await GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return new LetterReplay(key, [], "There is no such dead letter any more.", IsRemoved: true);
        }

        if (!DeadLetter.TryRead(found.Document, out _, out string? fault))
        {
            return new LetterReplay(key, [], fault, IsRemoved: false);
        }

        // Without its place in Kafka: what fails again is not to become another letter.
        IReadOnlyList<UploadOutcome> outcomes = await pipeline.ProcessAsync([Reread(found.Document)], ProcessingOptions.LongestForCallers, cancellationToken).ConfigureAwait(false);
        UploadOutcome? failed = outcomes.FirstOrDefault(outcome => outcome.Status is OutcomeStatus.Rejected or OutcomeStatus.Blocked);
        bool isRemoved = remove && failed is null && await RemoveAsync(key, found.ETag, cancellationToken).ConfigureAwait(false);
        return new LetterReplay(key, outcomes, failed?.Reason, isRemoved);
    }

    private static EventMessage Reread(byte[] document) => new(document, [new EventHeader("Content-Type", "application/json"u8.ToArray())]);

    private async Task<bool> RemoveAsync(string key, string eTag, CancellationToken cancellationToken)
    {
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
        var request = new DeleteObjectRequest { BucketName = sorting.Value.TargetBucket, Key = key, IfMatch = honoured.DeleteIfMatch ? S3Answers.Quote(eTag) : null };
        try
        {
            await access.CallAsync(StoreOperation.Delete, request.BucketName, key, () => s3.DeleteObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (StoreRefusedException)
        {
            return false;
        }
    }

    private async Task<(byte[] Document, string ETag, int Redriven)?> GetAsync(string key, CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        try
        {
            using GetObjectResponse response = await access.CallAsync(
                StoreOperation.Get, bucket, key, () => s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken)).ConfigureAwait(false);
            byte[] most = new byte[response.Headers["Content-Length"] is null ? MostBytes : Math.Min(response.ContentLength, MostBytes)];
            int count = await response.ResponseStream.ReadAtLeastAsync(most, most.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            int redriven = int.TryParse(response.Metadata[Redriven], NumberStyles.None, CultureInfo.InvariantCulture, out int times) ? times : 0;
            return (most[..count], S3Answers.Unquote(response.ETag), redriven);
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            return null;
        }
    }

    private LetterView View(string key, byte[] document)
    {
        if (!DeadLetter.TryRead(document, out DeadLetter? letter, out string? fault))
        {
            return new LetterView(key, fault) { Value = Text(document) };
        }

        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(Reread(document));
        ILookup<bool, UploadNotice> announced = notices.Where(notice => notice.Upload is not null).ToLookup(notice => sorting.Value.SourceBuckets.Contains(notice.Upload!.Bucket));
        UploadNotice[] uploads = [.. announced[true]];
        return new LetterView(key, letter.Reason)
        {
            Time = letter.Time,
            Origin = letter.Message.Origin?.Place,
            RecordTime = letter.Message.Origin?.Timestamp,
            RecordKey = Text(letter.Message.Origin?.Key),
            Headers = [.. letter.Message.Headers.Select(header => new LetterHeader(header.Name, Text(header.Value)))],
            Value = Text(letter.Message.Body),
            OtherBuckets = [.. announced[false].Select(notice => notice.Upload!.Bucket).Distinct()],
            Pictures = [.. uploads.Select(notice => $"{notice.Bucket}/{notice.Key}")],
            IsBlocked = uploads.Length > 0 && notices.All(notice => notice.Kind is NoticeKind.Upload or NoticeKind.Skipped),
        };
    }

    /// <summary>Bytes as a person can read them: as text where they are that, else in base64.</summary>
    private static string? Text(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some)
        {
            return null;
        }

        ReadOnlySpan<byte> shown = some.Span[..Math.Min(some.Length, MostText)];
        string more = shown.Length < some.Length ? $"… ({some.Length} bytes in all)" : "";
        try
        {
            return StrictUtf8.GetString(shown) + more;
        }
        catch (DecoderFallbackException)
        {
            return $"base64: {Convert.ToBase64String(shown)}{more}";
        }
    }
}
