using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DigitFunctions.Local.Stack;

/// <summary>Reads the header Range.</summary>
/// <remarks>RFC 9110 section 14. As S3 does, several ranges, or a unit other than bytes, are ignored.</remarks>
internal static class S3Range
{
    /// <summary>Reads the range that a request asks for.</summary>
    /// <param name="header">The header's value, or <c>x-amz-copy-source-range</c>'s; may be empty.</param>
    /// <param name="length">The object's length in bytes.</param>
    /// <returns>Where the range begins and its length, or <see langword="null"/> for the whole object.</returns>
    /// <exception cref="S3Exception">InvalidRange: nothing of the object is in the range.</exception>
    public static (long From, long Length)? Parse(string header, long length)
    {
        if (!RangeHeaderValue.TryParse(header, out RangeHeaderValue? parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
        {
            return null;
        }

        RangeItemHeaderValue range = parsed.Ranges.First();
        long from = range.From ?? Math.Max(0, length - range.To!.Value);
        long to = range.From is null ? length - 1 : Math.Min(range.To ?? long.MaxValue, length - 1);
        return from <= to ? (from, to - from + 1)
            : throw new S3Exception(StatusCodes.Status416RangeNotSatisfiable, "InvalidRange", $"The object has {length} bytes; the range {header} is none of them.");
    }
}
