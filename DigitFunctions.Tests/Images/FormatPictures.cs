using System.IO.Compression;

namespace DigitFunctions.Tests.Images;

/// <summary>Pictures in every format, by writers of others, in a zip file as make_formats.py writes it.</summary>
internal static class FormatPictures
{
    private const string TensorEnding = ".u8";

    private static readonly Lazy<Dictionary<string, byte[]>> Entries = new(Read);

    /// <summary>The files' names.</summary>
    public static IEnumerable<string> Names => Entries.Value.Keys.Where(name => !name.EndsWith(TensorEnding, StringComparison.Ordinal));

    /// <summary>The file.</summary>
    public static byte[] File(string name) => [.. Entries.Value[name]];

    /// <summary>The 784 bytes that OpenCV computes of it.</summary>
    public static byte[] Tensor(string name) => Entries.Value[name + TensorEnding];

    private static Dictionary<string, byte[]> Read()
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "images", "formats.zip"));
        return zip.Entries.ToDictionary(entry => entry.Name, entry =>
        {
            using Stream stream = entry.Open();
            byte[] bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
    }
}
