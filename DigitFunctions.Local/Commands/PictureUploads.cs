using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Local.Commands;

/// <summary>Uploads pictures to the local stack and says where each ends.</summary>
internal static class PictureUploads
{
    private static readonly LocalStackOptions Defaults = new();
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const string ForDigit = "sorted";
    private const string ForReview = "for review";
    private const string ForUnreadable = "unreadable";
    private const string NotFiled = "not filed";

    /// <summary>Gives each file its object key: its name.</summary>
    /// <exception cref="UsageException">Two files have the same name.</exception>
    public static IReadOnlyDictionary<string, string> Name(IReadOnlyList<string> files)
    {
        var names = new Dictionary<string, string>();
        foreach (string file in files)
        {
            if (!names.TryAdd(Path.GetFileName(file), file))
            {
                throw new UsageException($"{names[Path.GetFileName(file)]} and {file} have the same name; uploaded, one would replace the other.");
            }
        }

        return names;
    }

    /// <summary>Uploads the files and writes a line for each when it is filed.</summary>
    /// <param name="stack">Where they go.</param>
    /// <param name="s3">A client of its S3 endpoint.</param>
    /// <param name="uploads">Files by object key.</param>
    /// <param name="output">Receives the lines, in the order of the files.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Whether all were filed under a digit.</returns>
    public static async Task<bool> SortAsync(
        LocalStack stack, IAmazonS3 s3, IReadOnlyDictionary<string, string> uploads, TextWriter output, CancellationToken cancellationToken)
    {
        var ends = new ConcurrentDictionary<string, TaskCompletionSource<BucketNotification>>(
            uploads.Keys.Select(key => KeyValuePair.Create(key, new TaskCompletionSource<BucketNotification>(TaskCreationOptions.RunContinuationsAsynchronously))));
        stack.S3.ObjectStored += Filed;
        try
        {
            foreach ((string key, string file) in uploads)
            {
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Defaults.SourceBucket, Key = key, FilePath = file }, cancellationToken);
            }

            var counts = new Dictionary<string, int> { [ForDigit] = 0, [ForReview] = 0, [ForUnreadable] = 0, [NotFiled] = 0 };
            foreach (string key in uploads.Keys)
            {
                counts[await ReportAsync(key, ends[key].Task, output, cancellationToken)]++;
            }

            if (uploads.Count > 1)
            {
                await output.WriteLineAsync();
                await output.WriteLineAsync(string.Join("  ", counts.Select(count => $"{count.Key} {count.Value}")));
            }

            return counts[ForDigit] == uploads.Count;
        }
        finally
        {
            stack.S3.ObjectStored -= Filed;
        }

        void Filed(object? sender, BucketNotification stored)
        {
            if (stored.Bucket == Defaults.TargetBucket
                && FilingPlace.All.FirstOrDefault(place => stored.Key.StartsWith(place, StringComparison.Ordinal)) is { } place
                && ends.TryGetValue(stored.Key[place.Length..], out TaskCompletionSource<BucketNotification>? end))
            {
                end.TrySetResult(stored);
            }
        }
    }

    private static async Task<string> ReportAsync(string key, Task<BucketNotification> end, TextWriter output, CancellationToken cancellationToken)
    {
        BucketNotification filed;
        try
        {
            filed = await end.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync($"Image {key} was not filed within {Patience.TotalSeconds} s; the log above says why.");
            return NotFiled;
        }

        string? Label(string name) => filed.Headers.GetValueOrDefault($"x-amz-meta-{name}");
        if (filed.Key.StartsWith(FilingPlace.Unreadable, StringComparison.Ordinal))
        {
            await output.WriteLineAsync($"Image {key} set aside as {filed.Key}: {Label("reason")}");
            return ForUnreadable;
        }

        // The sample's own words, and what the sample does not tell.
        await output.WriteLineAsync($"Image {key} successfully uploaded to {filed.Key}  digit {Label("digit")}, confidence {Label("confidence")}");
        return filed.Key.StartsWith(FilingPlace.Review, StringComparison.Ordinal) ? ForReview : ForDigit;
    }
}
