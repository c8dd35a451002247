namespace DigitFunctions.Local.Stack;

/// <summary>Whether overwrites and deletes keep what was there.</summary>
internal enum S3Versioning
{
    /// <summary>Never enabled: one version a key.</summary>
    Off,

    /// <summary>Each write makes a version, each delete a marker.</summary>
    Enabled,

    /// <summary>Old versions stay; writes replace the version <c>null</c>.</summary>
    Suspended,
}

/// <summary>What a delete did.</summary>
/// <param name="Removed">The version taken away, or hidden by a marker; <see langword="null"/> where there was none.</param>
/// <param name="Marker">The delete marker that was made; <see langword="null"/> where none was.</param>
/// <param name="Time">Its place in the order of the store's writes.</param>
internal readonly record struct S3Removal(S3Object? Removed, S3Object? Marker, DateTimeOffset Time);

/// <summary>The objects of one bucket. Every write checks its condition and takes effect under one lock.</summary>
internal sealed class S3Bucket(string name, DateTimeOffset created, S3Versioning versioning, S3Folder? folder, S3Clock clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<S3Object>> _versions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _keys = new(S3KeyOrder.Instance);
    private bool _closed;

    public string Name { get; } = name;

    public DateTimeOffset Created { get; } = created;

    public S3Versioning Versioning { get; private set; } = versioning;

    public S3Uploads Uploads { get; } = new();

    /// <summary>Sets the versioning. It can be suspended, never undone.</summary>
    public void SetVersioning(S3Versioning state)
    {
        lock (_gate)
        {
            Versioning = state;
            folder?.WriteBucket(new S3BucketRecord(Name, Created, state));
        }
    }

    /// <summary>Finds the newest version, or the one named.</summary>
    /// <returns>The version, which may be a delete marker; <see langword="null"/> where the key has none at all.</returns>
    /// <exception cref="S3Exception">NoSuchVersion.</exception>
    public S3Object? Find(string key, string? versionId)
    {
        lock (_gate)
        {
            return versionId is null ? Newest(key)
                : Version(key, versionId) ?? throw S3Exception.NoSuchVersion(versionId);
        }
    }

    /// <summary>Stores an object, if the condition holds for what is there.</summary>
    /// <param name="draft">The object, without version and time.</param>
    /// <param name="bytes">Its content; kept, not copied, where the store is in memory.</param>
    /// <param name="condition">Throws where the present object (<see langword="null"/> for none) must not be replaced.</param>
    /// <returns>The object as stored.</returns>
    public S3Object Put(S3Object draft, byte[] bytes, Action<S3Object?> condition)
    {
        lock (_gate)
        {
            CheckOpen();
            condition(Visible(draft.Key));
            return Add(draft with { VersionId = NextVersionId(), LastModified = clock.Next() }, bytes);
        }
    }

    /// <summary>Deletes as S3 does: the object, or the version named, or nothing but a marker set in a versioned bucket.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="versionId">The version to take away for good; <see langword="null"/> for a plain delete.</param>
    /// <param name="condition">Throws where the present object (<see langword="null"/> for none) must stay.</param>
    public S3Removal Delete(string key, string? versionId, Action<S3Object?> condition)
    {
        lock (_gate)
        {
            condition(Visible(key));
            if (versionId is not null)
            {
                S3Object? version = Version(key, versionId);
                if (version is not null)
                {
                    Remove(version);
                }

                return new S3Removal(version, null, clock.Next());
            }

            S3Object? newest = Newest(key);
            if (Versioning == S3Versioning.Off)
            {
                if (newest is not null)
                {
                    Remove(newest);
                }

                return new S3Removal(newest, null, clock.Next());
            }

            S3Object marker = Add(
                new S3Object { Key = key, IsDeleteMarker = true, VersionId = NextVersionId(), LastModified = clock.Next() }, []);
            return new S3Removal(newest, marker, marker.LastModified);
        }
    }

    /// <summary>Lists the visible objects in the order of their keys.</summary>
    public S3Page List(S3ListQuery query)
    {
        lock (_gate)
        {
            return S3Listing.Objects(_keys, Visible, query);
        }
    }

    /// <summary>Lists all versions in the order of their keys, the newest first.</summary>
    public S3Page ListVersions(S3ListQuery query)
    {
        lock (_gate)
        {
            return S3Listing.Versions(_keys, key => _versions[key], query);
        }
    }

    /// <summary>Puts back a version that the folder holds.</summary>
    public void Restore(S3Object version)
    {
        List<S3Object> versions = Versions(version.Key);
        // A crash between writing a version and deleting the one it replaces leaves both.
        if (versions.Find(old => old.VersionId == version.VersionId) is S3Object replaced)
        {
            versions.Remove(replaced);
            S3Folder.DeleteObject(replaced);
        }

        versions.Add(version);
    }

    /// <summary>Refuses all later writes, so that the bucket can go.</summary>
    /// <exception cref="S3Exception">BucketNotEmpty.</exception>
    public void Close()
    {
        lock (_gate)
        {
            CheckOpen();
            _closed = _keys.Count == 0 ? true
                : throw new S3Exception(409, "BucketNotEmpty", $"The bucket \"{Name}\" holds objects, or versions of them.");
        }
    }

    private void CheckOpen()
    {
        if (_closed)
        {
            throw S3Exception.NoSuchBucket(Name);
        }
    }

    private string? NextVersionId() => Versioning == S3Versioning.Enabled ? Guid.NewGuid().ToString() : null;

    private S3Object? Newest(string key) => _versions.TryGetValue(key, out List<S3Object>? versions) ? versions[^1] : null;

    private S3Object? Visible(string key) => Newest(key) is { IsDeleteMarker: false } newest ? newest : null;

    private S3Object? Version(string key, string versionId) =>
        _versions.TryGetValue(key, out List<S3Object>? versions) ? versions.Find(version => version.VersionIdOrNull == versionId) : null;

    private List<S3Object> Versions(string key)
    {
        if (!_versions.TryGetValue(key, out List<S3Object>? versions))
        {
            _versions[key] = versions = new List<S3Object>(1);
            _keys.Add(key);
        }

        return versions;
    }

    private S3Object Add(S3Object version, byte[] bytes)
    {
        version = version with { Content = folder?.WriteObject(Name, version, bytes) ?? S3Content.Of(bytes) };
        List<S3Object> versions = Versions(version.Key);
        if (version.VersionId is null && versions.Find(old => old.VersionId is null) is S3Object replaced)
        {
            versions.Remove(replaced);
            S3Folder.DeleteObject(replaced);
        }

        versions.Add(version);
        return version;
    }

    private void Remove(S3Object version)
    {
        List<S3Object> versions = _versions[version.Key];
        versions.Remove(version);
        S3Folder.DeleteObject(version);
        if (versions.Count == 0)
        {
            _versions.Remove(version.Key);
            _keys.Remove(version.Key);
        }
    }
}
