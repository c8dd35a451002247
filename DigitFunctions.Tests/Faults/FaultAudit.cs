using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Confluent.Kafka;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Tests.Faults;

/// <summary>Compares what lies in both buckets with what was uploaded.</summary>
/// <remarks>
/// What must hold when all events are handled: the last content of each key is filed exactly once, where the model says it belongs, and no longer in its source bucket;
/// an earlier content of an overwritten key is filed at most once, where it belongs, or nowhere (the newer one took its place); a file that cannot be read lies under
/// <c>unreadable/</c> with its reason; a record that is no event lies under <c>dead-letter/</c>; an object that S3 gives to nobody stays where it is, and its event lies
/// under <c>dead-letter/</c> with S3's reason, once for each time that it was announced; nothing else lies in either bucket, but for the object by which a host
/// that was killed at it was finding out what the server honours.
/// </remarks>
internal sealed class FaultAudit(IAmazonS3 s3, string source, string target)
{
    private const string DeadLetters = "dead-letter/";

    private readonly List<string> _findings = [];

    /// <summary>Contents filed under a digit.</summary>
    public int Sorted { get; private set; }

    /// <summary>Files that cannot be read, set aside with their reason.</summary>
    public int SetAside { get; private set; }

    /// <summary>Contents that a newer one of their key replaced before they were filed, or where they were filed.</summary>
    public int Replaced { get; private set; }

    /// <summary>Records that are no events, kept whole.</summary>
    public int Kept { get; private set; }

    /// <summary>Objects that S3 gives to nobody, whose events are kept.</summary>
    public int Blocked { get; private set; }

    /// <summary>Contents and records that are nowhere, or still where they were.</summary>
    public int Lost { get; private set; }

    /// <summary>Contents that lie in more than one place.</summary>
    public int Twice { get; private set; }

    /// <summary>Objects that are not where they belong, or that nobody uploaded.</summary>
    public int Wrong { get; private set; }

    /// <summary>A line for each fault.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Looks at both buckets.</summary>
    public async Task RunAsync(
        IReadOnlyDictionary<string, IReadOnlyList<UploadedContent>> uploads, IReadOnlyDictionary<string, RefusedObject> refused, IEnumerable<TopicPartitionOffset> broken)
    {
        Dictionary<string, string> left = await ListAsync(source);
        Dictionary<string, string> found = await ListAsync(target);
        foreach ((string key, IReadOnlyList<UploadedContent> contents) in uploads.Where(upload => !refused.ContainsKey(upload.Key)))
        {
            foreach (UploadedContent content in contents)
            {
                List<string> places = [.. FilingPlace.All.Where(place => found.GetValueOrDefault(place + key) == content.ETag)];
                await CheckAsync(key, content, isLast: content == contents[^1], places, isLeft: left.GetValueOrDefault(key) == content.ETag);
                places.ForEach(place => found.Remove(place + key));
            }
        }

        foreach (TopicPartitionOffset record in broken)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{DeadLetters}{record.Topic}/{record.Partition.Value}/{record.Offset.Value}.json");
            if (found.Remove(key))
            {
                Kept++;
            }
            else
            {
                Lost++;
                _findings.Add($"{key} is missing");
            }
        }

        await CheckRefusedAsync(uploads, refused, left, found);
        foreach (string key in found.Keys.Where(key => key.StartsWith(".digitfunctions/", StringComparison.Ordinal)).ToList())
        {
            found.Remove(key);
        }

        Wrong += found.Count;
        _findings.AddRange(found.Keys.Select(key => $"{target}/{key} is none of the uploads"));
    }

    private async Task CheckRefusedAsync(
        IReadOnlyDictionary<string, IReadOnlyList<UploadedContent>> uploads, IReadOnlyDictionary<string, RefusedObject> refused, Dictionary<string, string> left, Dictionary<string, string> found)
    {
        Dictionary<string, string> keys = refused.ToDictionary(one => Convert.ToBase64String(one.Value.Event), one => one.Key);
        var kept = new HashSet<string>();
        foreach (string name in found.Keys.Where(name => name.StartsWith(DeadLetters, StringComparison.Ordinal)).ToList())
        {
            if (await ReadAsync(name) is { } letter
                && keys.TryGetValue(Convert.ToBase64String(letter.Message.Body.GetValueOrDefault().Span), out string? key)
                && letter.Reason.Contains(refused[key].Refusal.Code, StringComparison.Ordinal))
            {
                kept.Add(key);
                found.Remove(name);
            }
        }

        foreach (string key in refused.Keys)
        {
            if (kept.Contains(key) && left.GetValueOrDefault(key) == uploads[key][^1].ETag)
            {
                Blocked++;
                continue;
            }

            Lost++;
            _findings.Add($"{key} ({refused[key].Refusal.Code}) {(kept.Contains(key) ? "is no longer in its source bucket" : "has no dead letter")}");
        }
    }

    private async Task<DeadLetter?> ReadAsync(string name)
    {
        using GetObjectResponse answer = await s3.GetObjectAsync(target, name);
        using var document = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(document);
        return DeadLetter.TryRead(document.ToArray(), out DeadLetter? letter, out _) ? letter : null;
    }

    private async Task CheckAsync(string key, UploadedContent content, bool isLast, List<string> places, bool isLeft)
    {
        string where = $"{key} ({content.ETag}, {(isLast ? "last" : "overwritten")}, belongs to {content.Place})";
        switch (places)
        {
            case [] when !isLast && !isLeft:
                Replaced++;
                return;
            case []:
                Lost++;
                _findings.Add(isLeft ? $"{where} is still in its source bucket" : $"{where} is nowhere");
                return;
            case [_] when isLeft:
            case [_, _, ..]:
                Twice++;
                _findings.Add($"{where} is in {string.Join(", ", places)}{(isLeft ? " and in its source bucket" : "")}");
                return;
            case [FilingPlace.Unreadable] when content.Place == FilingPlace.Unreadable && await ReasonAsync(key) is { Length: > 0 }:
                SetAside++;
                return;
            case [string place] when place == content.Place && place != FilingPlace.Unreadable:
                Sorted++;
                return;
            default:
                Wrong++;
                _findings.Add($"{where} is in {places[0]}");
                return;
        }
    }

    private async Task<string?> ReasonAsync(string key) =>
        (await s3.GetObjectMetadataAsync(target, FilingPlace.Unreadable + key)).Metadata["reason"];

    private async Task<Dictionary<string, string>> ListAsync(string bucket)
    {
        var found = new Dictionary<string, string>();
        var request = new ListObjectsV2Request { BucketName = bucket };
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request);
            foreach (S3Object entry in page.S3Objects ?? [])
            {
                found[entry.Key] = entry.ETag.Trim('"');
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return found;
    }
}
