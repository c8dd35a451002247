namespace DigitFunctions.Core.Page;

/// <summary>One object of the target bucket, as a listing tells of it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Modified">When it was written.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="ETag">Its eTag without quotes.</param>
public sealed record FiledEntry(string Key, DateTimeOffset Modified, long Size, string ETag);

/// <summary>A part of a listing.</summary>
/// <param name="Entries">In the order of their keys.</param>
/// <param name="Next">Gives the next part; <see langword="null"/> where there is none.</param>
public sealed record ListingPart(IReadOnlyList<FiledEntry> Entries, string? Next);
