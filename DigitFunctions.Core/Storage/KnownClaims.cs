using System.Collections.Concurrent;

namespace DigitFunctions.Core.Storage;

/// <summary>The claims of one object as they stood at the last write.</summary>
internal sealed class KnownClaims
{
    private long _handled = -1;

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The object's eTag; empty where there was no object, <see langword="null"/> where nothing is known.</summary>
    public string? ETag { get; set; }

    public long Since { get; set; }

    public Dictionary<(string, string, string), FilingClaim> Claims { get; } = [];

    public ConcurrentQueue<FilingClaim> Done { get; } = [];

    public ConcurrentQueue<(string Bucket, string Key)> Gone { get; } = [];

    public void HandledUntil(long offset) => Interlocked.Exchange(ref _handled, offset);

    public void DropDone()
    {
        while (Done.TryDequeue(out FilingClaim? claim))
        {
            Claims.Remove(claim.Picture);
        }

        var gone = new HashSet<(string, string)>();
        while (Gone.TryDequeue(out (string, string) picture))
        {
            gone.Add(picture);
        }

        Drop(Claims.Values.Where(claim => gone.Contains((claim.Bucket, claim.Key))));
        long handled = Interlocked.Read(ref _handled);
        Drop(Claims.Values.Where(claim => claim.Offset <= handled));
    }

    public void Drop(IEnumerable<FilingClaim> claims)
    {
        foreach (FilingClaim claim in claims.ToArray())
        {
            Claims.Remove(claim.Picture);
        }
    }
}
