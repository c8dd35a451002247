using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace DigitFunctions.Local.Commands;

/// <summary>Names the files of an export: safe on any disk whatever the key is, one of its own for each key, and the same each time.</summary>
internal static partial class ExportName
{
    private const int LongestStem = 40;
    private const int HashLength = 32;

    /// <summary>The name of a picture's file: what can be told of the key's last part, a hash of all of it, and the ending where it is a picture's.</summary>
    /// <param name="path">The key below its place.</param>
    public static string Of(string path)
    {
        string last = path[(path.LastIndexOf('/') + 1)..];
        string ending = Path.GetExtension(last).ToLowerInvariant();
        ending = PictureFiles.IsEnding(ending) ? ending : "";
        string stem = string.Concat(last[..^ending.Length].Take(LongestStem).Select(unit => char.IsAsciiLetterOrDigit(unit) ? unit : '_'));
        // Of the key's own units: keys that differ in case alone have different names where a disk does not tell case.
        string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(path.AsSpan())))[..HashLength];
        return $"{(stem.Length > 0 ? stem : "_")}-{hash}{ending}";
    }

    /// <summary>Whether a file's name is one that an export gives.</summary>
    public static bool IsOne(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,40}-[0-9a-f]{32}(\.[a-z]{3,4})?\z")]
    private static partial Regex Form();
}
