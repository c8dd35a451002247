using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Reads the filed pictures whose place is a label: those under a digit, and those that a person put under <c>unreadable/</c>.</summary>
/// <remarks>What the functions set aside themselves, under <c>review/</c> and <c>unreadable/</c>, waits for somebody to say what it is.</remarks>
public sealed class PictureExport(
    PictureStore store, TargetListing listing, IOptions<SortingOptions> sorting, IOptions<ProcessingOptions> processing, TimeProvider time, ILogger<PictureExport> logger) : IDisposable
{
    /// <summary>Pictures that are read at the same time: so many are in memory at most, none larger than <c>Imaging__MaxBytes</c>.</summary>
    public const int MostAtOnce = 8;

    private static readonly (string Place, int? Digit)[] Places = [.. Enumerable.Range(0, 10).Select(digit => (FilingPlace.OfDigit(digit), (int?)digit)), (FilingPlace.Unreadable, null)];

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>Asks whether the bucket can be listed.</summary>
    /// <exception cref="Amazon.S3.AmazonS3Exception">It cannot.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => ListAsync("", null, 1, cancellationToken);

    /// <summary>Reads the pictures place by place, a thousand keys a listing, several pictures at a time.</summary>
    /// <param name="reviewedOnly">Whether only pictures are read about which a person decided.</param>
    /// <param name="take">Takes a picture; called for several at the same time.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    /// <exception cref="StoreRefusedException">The server refuses what concerns every picture.</exception>
    /// <exception cref="Amazon.S3.AmazonS3Exception">The server failed for longer than <see cref="ProcessingOptions.RetryBudget"/>.</exception>
    public async Task ReadAsync(bool reviewedOnly, Func<ExportedPicture, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        foreach ((string place, int? digit) in Places)
        {
            string? next = null;
            do
            {
                ListingPart part = await ListAsync(place, next, TargetListing.MostEntries, cancellationToken).ConfigureAwait(false);
                await Parallel.ForEachAsync(part.Entries.Where(entry => !entry.Key.EndsWith('/')), parallelism, async (entry, ct) =>
                {
                    if (await ReadAsync(entry.Key, place, digit, reviewedOnly || digit is null, ct).ConfigureAwait(false) is { } picture)
                    {
                        await take(picture, ct).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
                next = part.Next;
            }
            while (next is not null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    /// <returns><see langword="null"/> where it is not wanted, or was moved after it was listed.</returns>
    private async Task<ExportedPicture?> ReadAsync(string key, string place, int? digit, bool reviewedOnly, CancellationToken cancellationToken)
    {
        var picture = new ExportedPicture(key, key[place.Length..], digit);
        if (key.Split('/').Any(segment => segment is "." or ".."))
        {
            // An HTTP client resolves these, and would ask for another object.
            return picture with { Fault = "its key holds a segment '.' or '..', which clients resolve as a path" };
        }

        RetryBudget retries = Budget();
        try
        {
            // A HEAD for each costs less than the bytes of those that nobody has looked at.
            if (reviewedOnly && !IsReviewed(await retries.CallStoreAsync("Look at", key, ct => store.HeadFiledAsync(key, ct), cancellationToken).ConfigureAwait(false) is { } head
                ? PictureLabelsView.Of(head.Metadata) : null))
            {
                return null;
            }

            SourcePicture? source = await retries.CallStoreAsync("Read", key, ct => store.ReadAsync(new Upload(sorting.Value.TargetBucket, key), ct), cancellationToken).ConfigureAwait(false);
            if (source is null || PictureLabelsView.Of(source.Metadata) is not { } labels || (reviewedOnly && !IsReviewed(labels)))
            {
                return null;
            }

            return source.Content is { } content
                ? picture with { Labels = labels, Content = content }
                : picture with { Labels = labels, Fault = $"it has {source.Size} bytes, and larger files than Imaging__MaxBytes are not read" };
        }
        catch (StoreRefusedException e) when (!S3Answers.ConcernsEverything(e))
        {
            return picture with { Fault = e.Message };
        }
    }

    private static bool IsReviewed(PictureLabelsView? labels) => !string.IsNullOrEmpty(labels?.Reviewed);

    private Task<ListingPart> ListAsync(string prefix, string? next, int most, CancellationToken cancellationToken) =>
        Budget().CallStoreAsync("List", prefix, ct => listing.ListAsync(prefix, next, most, ct), cancellationToken);

    private RetryBudget Budget() => new(processing.Value.RetryBudget, processing.Value.Deadline, _places, time, logger);
}

/// <summary>A filed picture with its label.</summary>
/// <param name="Key">Its key in the target bucket.</param>
/// <param name="Path">The part of the key below its place; it stays the same when the picture is filed elsewhere.</param>
/// <param name="Digit">0 to 9; <see langword="null"/> where a person says that it shows no single digit.</param>
public sealed record ExportedPicture(string Key, string Path, int? Digit)
{
    /// <summary>Its bytes; <see langword="null"/> where there is a <see cref="Fault"/>.</summary>
    public byte[]? Content { get; init; }

    /// <summary>What its metadata says.</summary>
    public PictureLabelsView Labels { get; init; } = new();

    /// <summary>Why it cannot be read.</summary>
    public string? Fault { get; init; }
}
