using System.Diagnostics.CodeAnalysis;
using System.Text;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Page;

/// <summary>The columns of the page, and which keys of the target bucket it may touch: nothing outside of them is ever read or written for it.</summary>
public static class PageColumn
{
    /// <summary>Dead letters of events that can be read, whose picture is refused by a fault of its own and stays in its source bucket.</summary>
    public const string Blocked = "blocked";

    /// <summary>Dead letters of events that cannot be read.</summary>
    public const string DeadLetter = "dead-letter";

    /// <summary>All columns, in the order in which they are shown: a column of pictures bears the name of its place.</summary>
    public static IReadOnlyList<string> All { get; } = [.. FilingPlace.All.Select(NameOf), Blocked, DeadLetter];

    /// <summary>A column's name: its place without the slash.</summary>
    public static string NameOf(string place) => place.TrimEnd('/');

    /// <summary>Splits the key of a filed picture into its place and the path below it.</summary>
    /// <returns>Whether it is one that the page may touch.</returns>
    public static bool TrySplit(string? key, [NotNullWhen(true)] out string? place, [NotNullWhen(true)] out string? path)
    {
        place = key is null ? null : FilingPlace.All.FirstOrDefault(one => key.StartsWith(one, StringComparison.Ordinal));
        path = place is null ? null : key![place.Length..];
        return place is not null && IsKey(path);
    }

    /// <summary>Whether a key is a dead letter's.</summary>
    public static bool IsDeadLetter([NotNullWhen(true)] string? key) =>
        key is not null && key.StartsWith(Events.DeadLetter.Prefix, StringComparison.Ordinal) && IsKey(key[Events.DeadLetter.Prefix.Length..]);

    private static bool IsKey([NotNullWhen(true)] string? path) => path is { Length: > 0 } && ObjectKeyRules.IsServed(Encoding.UTF8.GetBytes(path));
}
