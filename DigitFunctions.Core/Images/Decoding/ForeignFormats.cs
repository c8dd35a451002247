using System.Text;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>Picture formats that are not read here, told by how their files begin, so that nobody is told of a picture that it is none.</summary>
internal static class ForeignFormats
{
    /// <summary>What to send instead.</summary>
    public const string Readable = "PNG, JPEG, GIF, BMP, WebP, TIFF, TGA, PBM, PGM or PPM";

    // SVG may have an XML declaration, a document type and comments first.
    private const int TextLength = 1024;

    private static readonly (byte[] Start, string Name)[] Starts =
    [
        ([0xFF, 0x0A], "JPEG XL"),
        ([0, 0, 0, 12, .. "JXL \r\n"u8], "JPEG XL"),
        ([0, 0, 0, 12, .. "jP  \r\n"u8], "JPEG 2000"),
        ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        ([.. "II"u8, 0xBC], "JPEG XR"),
        ([.. "8BPS"u8], "PSD (Photoshop)"),
        ([.. "gimp xcf"u8], "XCF (GIMP)"),
        ([0, 0, 1, 0], "ICO"),
        ([.. "icns"u8], "ICNS"),
        ([.. "%PDF-"u8], "PDF"),
        ([.. "%!PS"u8], "PostScript (EPS)"),
        ([0xC5, 0xD0, 0xD3, 0xC6], "PostScript (EPS)"),
        ([.. "qoif"u8], "QOI"),
        ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
        ([.. "#?RADIANCE"u8], "Radiance HDR"),
        ([.. "#?RGBE"u8], "Radiance HDR"),
        ([.. "P7\n"u8], "PAM"),
        ([.. "PF\n"u8], "PFM"),
        ([.. "Pf\n"u8], "PFM"),
        ([.. "DDS "u8], "DDS"),
        ([.. "AT&TFORM"u8], "DjVu"),
        ([.. "FLIF"u8], "FLIF"),
        ([0xD7, 0xCD, 0xC6, 0x9A], "WMF"),
        ([0x59, 0xA6, 0x6A, 0x95], "Sun raster"),
        ([.. "/* XPM */"u8], "XPM"),
        ([0x8A, .. "MNG\r\n"u8], "MNG"),
        ([0x8B, .. "JNG\r\n"u8], "JNG"),
    ];

    /// <summary>Why a file of such a format is refused; null where it is none.</summary>
    public static string? Refusal(ReadOnlySpan<byte> file) =>
        Name(file) is { } name ? $"{name} is a format that cannot be read here; send {Readable}" : null;

    private static string? Name(ReadOnlySpan<byte> file)
    {
        foreach ((byte[] start, string name) in Starts)
        {
            if (file.StartsWith(start))
            {
                return name;
            }
        }

        if (file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8))
        {
            return NameOfBrand(Encoding.Latin1.GetString(file[8..12]));
        }

        if (file.Length >= 44 && file.StartsWith((ReadOnlySpan<byte>)[1, 0, 0, 0]) && file[40..44].SequenceEqual(" EMF"u8))
        {
            return "EMF";
        }

        return IsSvg(file) ? "SVG" : null;
    }

    /// <summary>ISO base media files tell by a brand what is in them.</summary>
    private static string NameOfBrand(string brand) => brand switch
    {
        "avif" or "avis" => "AVIF",
        "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs" => "HEIC",
        "mif1" or "mif2" or "msf1" => "HEIF",
        "crx " => "CR3 (Canon raw)",
        _ => "video (MP4 or alike)",
    };

    private static bool IsSvg(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> text = file[..Math.Min(file.Length, TextLength)];
        text = text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? text[3..] : text;
        return text.TrimStart(" \t\r\n"u8).StartsWith("<"u8) && text.IndexOf("<svg"u8) >= 0;
    }
}
