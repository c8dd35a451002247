namespace DigitFunctions.Local.Stack;

/// <summary>What a listing asks for.</summary>
/// <param name="Prefix">Keys begin with it; empty for all.</param>
/// <param name="Delimiter">Keys with it after the prefix are folded into one common prefix; empty for none.</param>
/// <param name="After">The listing begins after this key or common prefix; empty for the beginning.</param>
/// <param name="MaxKeys">Most entries, keys and common prefixes together; 0 or more.</param>
internal sealed record S3ListQuery(string Prefix, string Delimiter, string After, int MaxKeys)
{
    /// <summary>For versions: begin after this version of the key <see cref="After"/>; <see langword="null"/>: after all of them.</summary>
    public string? AfterVersion { get; init; }
}

/// <summary>An entry of a listing: a version of an object, or a common prefix.</summary>
/// <param name="Object">The version; <see langword="null"/> for a common prefix.</param>
/// <param name="IsLatest">Whether it is its key's newest.</param>
/// <param name="CommonPrefix">The common prefix; <see langword="null"/> for a version.</param>
internal readonly record struct S3Entry(S3Object? Object, bool IsLatest, string? CommonPrefix)
{
    /// <summary>The key or common prefix: the next page begins after it.</summary>
    public string Marker => CommonPrefix ?? Object!.Key;
}

/// <summary>A page of a listing, and whether more follows.</summary>
internal sealed record S3Page(IReadOnlyList<S3Entry> Entries, bool IsTruncated);

/// <summary>Walks sorted keys page by page, folding common prefixes without walking the keys under them.</summary>
internal static class S3Listing
{
    /// <summary>Lists objects that are not hidden by a delete marker.</summary>
    public static S3Page Objects(SortedSet<string> keys, Func<string, S3Object?> visible, S3ListQuery query) =>
        Walk(keys, query, key => key != query.After && visible(key) is S3Object found ? [new S3Entry(found, true, null)] : []);

    /// <summary>Lists all versions of each key, the newest first.</summary>
    public static S3Page Versions(SortedSet<string> keys, Func<string, List<S3Object>> versions, S3ListQuery query) =>
        Walk(keys, query, key => Entries(versions(key), key == query.After, query.AfterVersion));

    private static S3Page Walk(SortedSet<string> keys, S3ListQuery query, Func<string, IEnumerable<S3Entry>> entriesOf)
    {
        List<S3Entry> page = [];
        string? from = S3KeyOrder.Instance.Compare(query.After, query.Prefix) > 0 ? query.After : query.Prefix;
        while (query.MaxKeys > 0 && from is not null && keys.Max is string last && S3KeyOrder.Instance.Compare(from, last) <= 0)
        {
            IEnumerable<string> rest = keys.GetViewBetween(from, last);
            from = null;
            foreach (string key in rest)
            {
                if (!key.StartsWith(query.Prefix, StringComparison.Ordinal))
                {
                    break;
                }

                string? folded = Fold(key, query);
                if (folded is not null && (folded == query.After || (page.Count > 0 && page[^1].CommonPrefix == folded)))
                {
                    string end = EndOf(folded);
                    if (S3KeyOrder.Instance.Compare(key, end) >= 0)
                    {
                        continue;
                    }

                    from = end;
                    break;
                }

                IEnumerable<S3Entry> entries = entriesOf(key);
                foreach (S3Entry entry in folded is null || !entries.Any() ? entries : [new S3Entry(null, false, folded)])
                {
                    if (page.Count == query.MaxKeys)
                    {
                        return new S3Page(page, IsTruncated: true);
                    }

                    page.Add(entry);
                }
            }
        }

        return new S3Page(page, IsTruncated: false);
    }

    private static IEnumerable<S3Entry> Entries(List<S3Object> versions, bool isMarker, string? afterVersion)
    {
        int newest = versions.Count - 1;
        int first = !isMarker ? newest
            : afterVersion is null ? -1
            : versions.FindIndex(version => version.VersionIdOrNull == afterVersion) - 1;
        for (int i = first; i >= 0; i--)
        {
            yield return new S3Entry(versions[i], i == newest, null);
        }
    }

    private static string? Fold(string key, S3ListQuery query)
    {
        int at = query.Delimiter.Length == 0 ? -1 : key.IndexOf(query.Delimiter, query.Prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + query.Delimiter.Length)];
    }

    // The greatest code point comes after every key that a person would put under the prefix.
    private static string EndOf(string folded) => folded + "\U0010FFFF";
}

/// <summary>The order of S3's listings: by the bytes of the keys in UTF-8.</summary>
internal sealed class S3KeyOrder : IComparer<string>
{
    public static S3KeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x;
        ReadOnlySpan<char> right = y;
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length - right.Length;
        }

        char a = left[common];
        char b = right[common];
        // Surrogates stand below U+E000 in UTF-16, but their code points above U+FFFF.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a - b : char.IsSurrogate(a) ? 1 : -1;
    }
}
