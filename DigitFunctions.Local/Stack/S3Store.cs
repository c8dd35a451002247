using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace DigitFunctions.Local.Stack;

/// <summary>All buckets, in memory or in a folder that survives a restart.</summary>
internal sealed partial class S3Store
{
    private readonly ConcurrentDictionary<string, S3Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly S3Folder? _folder;
    private readonly Lock _gate = new();

    /// <param name="folder">Where objects are kept; <see langword="null"/> for memory.</param>
    /// <param name="timeProvider">Gives the times of objects.</param>
    public S3Store(S3Folder? folder, TimeProvider timeProvider)
    {
        _folder = folder;
        Clock = new S3Clock(timeProvider);
        foreach (S3BucketRecord record in folder?.ReadBuckets() ?? [])
        {
            S3Bucket bucket = new(record.Name, record.Created, record.Versioning, folder, Clock);
            foreach (S3Object version in folder!.ReadObjects(record.Name))
            {
                bucket.Restore(version);
                Clock.Advance(version.LastModified);
            }

            _buckets[record.Name] = bucket;
        }
    }

    /// <summary>Orders the writes of all buckets.</summary>
    public S3Clock Clock { get; }

    /// <summary>The buckets by name.</summary>
    public IEnumerable<S3Bucket> Buckets => _buckets.Values.OrderBy(bucket => bucket.Name, StringComparer.Ordinal);

    /// <exception cref="S3Exception">NoSuchBucket.</exception>
    public S3Bucket this[string name] => _buckets.TryGetValue(name, out S3Bucket? bucket) ? bucket : throw S3Exception.NoSuchBucket(name);

    public bool Contains(string name) => _buckets.ContainsKey(name);

    /// <exception cref="S3Exception">InvalidBucketName, or BucketAlreadyOwnedByYou.</exception>
    public void Create(string name)
    {
        if (!BucketName().IsMatch(name) || name.Contains("..", StringComparison.Ordinal))
        {
            throw new S3Exception(400, "InvalidBucketName",
                "A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit.");
        }

        lock (_gate)
        {
            S3Bucket bucket = new(name, Clock.Next(), S3Versioning.Off, _folder, Clock);
            if (!_buckets.TryAdd(name, bucket))
            {
                throw new S3Exception(409, "BucketAlreadyOwnedByYou", $"The bucket \"{name}\" is there already, and is yours.");
            }

            _folder?.WriteBucket(new S3BucketRecord(name, bucket.Created, bucket.Versioning));
        }
    }

    /// <exception cref="S3Exception">NoSuchBucket, or BucketNotEmpty.</exception>
    public void Delete(string name)
    {
        lock (_gate)
        {
            this[name].Close();
            _buckets.TryRemove(name, out _);
            _folder?.DeleteBucket(name);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();
}

/// <summary>Times that grow with every call, so that they order the writes of a store.</summary>
internal sealed class S3Clock(TimeProvider timeProvider)
{
    private long _last;

    /// <summary>The time, or 100 ns after the last one given.</summary>
    public DateTimeOffset Next()
    {
        long now = timeProvider.GetUtcNow().UtcTicks;
        while (true)
        {
            long last = Interlocked.Read(ref _last);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return new DateTimeOffset(next, TimeSpan.Zero);
            }
        }
    }

    /// <summary>Makes all later times later than this one.</summary>
    public void Advance(DateTimeOffset time) => _last = Math.Max(_last, time.UtcTicks);
}
