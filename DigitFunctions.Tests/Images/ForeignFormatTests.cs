using System.Text;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class ForeignFormatTests
{
    [Theory]
    [InlineData("HEIC", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("HEIC", "\0\0\0\u0018ftyphevc\0\0\0\0msf1hevc")]
    [InlineData("HEIF", "\0\0\0\u0018ftypmif1\0\0\0\0mif1miaf")]
    [InlineData("AVIF", "\0\0\0\u001cftypavif\0\0\0\0mif1avif")]
    [InlineData("CR3 (Canon raw)", "\0\0\0\u0018ftypcrx \0\0\0\u0001crx isom")]
    [InlineData("video (MP4 or alike)", "\0\0\0\u0018ftypisom\0\0\0\u0001isomavc1")]
    [InlineData("JPEG XL", "\u00ff\n\u00fa\u001f\u0001")]
    [InlineData("JPEG XL", "\0\0\0\u000cJXL \r\n\u0087\n")]
    [InlineData("JPEG 2000", "\0\0\0\u000cjP  \r\n\u0087\n")]
    [InlineData("JPEG 2000", "\u00ffO\u00ffQ\0/")]
    [InlineData("JPEG XR", "II\u00bc\u0001")]
    [InlineData("PSD (Photoshop)", "8BPS\0\u0001\0\0")]
    [InlineData("XCF (GIMP)", "gimp xcf file\0")]
    [InlineData("ICO", "\0\0\u0001\0\u0001\0\u0010\u0010")]
    [InlineData("ICNS", "icns\0\0\0\u0010")]
    [InlineData("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("SVG", "\u00ef\u00bb\u00bf<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg width=\"10\"/>")]
    [InlineData("PDF", "%PDF-1.7\n")]
    [InlineData("PostScript (EPS)", "%!PS-Adobe-3.0 EPSF-3.0\n")]
    [InlineData("PostScript (EPS)", "\u00c5\u00d0\u00d3\u00c6\u001e\0\0\0")]
    [InlineData("QOI", "qoif\0\0\0\u001c\0\0\0\u001c\u0003\0")]
    [InlineData("OpenEXR", "v/1\u0001\u0002\0\0\0")]
    [InlineData("Radiance HDR", "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n")]
    [InlineData("PAM", "P7\nWIDTH 28\n")]
    [InlineData("PFM", "Pf\n28 28\n-1.0\n")]
    [InlineData("DDS", "DDS |\0\0\0")]
    [InlineData("DjVu", "AT&TFORM\0\0\0\u0010DJVU")]
    [InlineData("WMF", "\u00d7\u00cd\u00c6\u009a\0\0")]
    [InlineData("EMF", "\u0001\0\0\0\u006c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0 EMF")]
    public void A_format_that_is_not_read_is_called_by_its_name(string name, string start)
    {
        byte[] file = [.. Encoding.Latin1.GetBytes(start), .. new byte[100]];

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file));

        Assert.Equal($"{name} is a format that cannot be read here; send PNG, JPEG, GIF, BMP, WebP, TIFF, TGA, PBM, PGM or PPM", refused.Message);
    }

    [Theory]
    [InlineData("<html><body>no picture here</body></html>")]
    [InlineData("{\"svg\": true}")]
    [InlineData("\0\0\0\u0018free")]
    public void Other_files_are_no_pictures(string start)
    {
        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor([.. Encoding.Latin1.GetBytes(start), .. new byte[100]]));

        Assert.DoesNotContain("format that cannot be read", refused.Message, StringComparison.Ordinal);
    }
}
