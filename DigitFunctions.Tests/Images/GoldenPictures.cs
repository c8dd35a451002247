using System.IO.Compression;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

/// <summary>Pictures with the tensors that OpenCV computed of them, in a zip file as make_golden.py writes it.</summary>
internal static class GoldenPictures
{
    /// <summary>The checked-in ones.</summary>
    public static string Checked { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "images", "golden.zip");

    /// <summary>Each picture with the 784 bytes v of which the tensor is v / 255.</summary>
    public static IEnumerable<(string Name, byte[] Picture, byte[] Tensor)> Read(string file)
    {
        using ZipArchive golden = ZipFile.OpenRead(file);
        foreach (ZipArchiveEntry entry in golden.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            yield return (entry.Name, Content(entry), Content(golden.GetEntry(Path.ChangeExtension(entry.Name, ".u8"))!));
        }
    }

    /// <summary>Transforms each picture and compares bit for bit.</summary>
    /// <returns>How many pictures there are, and those whose tensor is another one.</returns>
    public static (int Pictures, IReadOnlyList<string> Different) Compare(string file)
    {
        int pictures = 0;
        List<string> different = [];
        foreach ((string name, byte[] picture, byte[] expected) in Read(file))
        {
            pictures++;
            try
            {
                float[] tensor = Some.Tensor(picture, ImagingProfile.KServeSample);
                float[] wanted = Array.ConvertAll(expected, value => (float)(value / 255.0));
                if (!MemoryMarshal.AsBytes(tensor.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(wanted.AsSpan())))
                {
                    different.Add(name);
                }
            }
            catch (UnreadablePictureException refused)
            {
                different.Add($"{name}: {refused.Message}");
            }
        }

        return (pictures, different);
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        byte[] bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
