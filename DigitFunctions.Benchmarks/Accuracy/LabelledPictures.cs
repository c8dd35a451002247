using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary>A picture file with the digit that it is known to show.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="Digit">0 to 9, or <see cref="LabelledPictures.None"/>.</param>
/// <param name="Read">Reads the file's bytes.</param>
internal sealed record LabelledPicture(string Name, int Digit, Func<byte[]> Read);

/// <summary>Reads labelled sets: folders named 0 to 9, and <c>none</c> for pictures of no single digit, or MNIST's idx files (http://yann.lecun.com/exdb/mnist/).</summary>
internal static class LabelledPictures
{
    /// <summary>The number that an idx file of pictures begins with.</summary>
    public const int ImagesMagic = 0x803;

    /// <summary>The number that an idx file of labels begins with.</summary>
    public const int LabelsMagic = 0x801;

    /// <summary>The label of a picture of no single digit.</summary>
    public const int None = 10;

    private const string NoneFolder = "none";

    /// <summary>Finds the pictures of a set.</summary>
    /// <param name="path">A folder with the folders 0 to 9 and <c>none</c>, or an idx file of images with its labels' file beside it; <c>.gz</c> will do.</param>
    /// <param name="look">Makes files of the pictures of an idx file.</param>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static IReadOnlyList<LabelledPicture> Find(string path, IdxPicture look) => Directory.Exists(path) ? FromFolders(path) : FromIdx(path, look);

    /// <summary>Writes pictures into folders 0 to 9 and <c>none</c>, as <see cref="Find"/> reads them.</summary>
    public static void Save(IReadOnlyList<LabelledPicture> pictures, DirectoryInfo folder) => Parallel.For(0, pictures.Count, i =>
    {
        DirectoryInfo digit = folder.CreateSubdirectory(FolderOf(pictures[i].Digit));
        File.WriteAllBytes(Path.Combine(digit.FullName, $"{Path.GetFileName(pictures[i].Name)}.png"), pictures[i].Read());
    });

    /// <summary>The path of the labels' file that belongs to an idx file of images.</summary>
    /// <exception cref="InvalidDataException">The name is not that of an idx file of images.</exception>
    public static string LabelsBeside(string path)
    {
        string name = Path.GetFileName(path).Replace("images-idx3", "labels-idx1", StringComparison.Ordinal);
        return name != Path.GetFileName(path) ? Path.Combine(Path.GetDirectoryName(path) ?? "", name)
            : throw new InvalidDataException($"{path} is neither a folder nor an idx file of images, such as train-images-idx3-ubyte.gz.");
    }

    private static List<LabelledPicture> FromFolders(string path)
    {
        var pictures = new List<LabelledPicture>();
        for (int digit = 0; digit <= None; digit++)
        {
            string folder = Path.Combine(path, FolderOf(digit));
            if (Directory.Exists(folder))
            {
                int label = digit;
                pictures.AddRange(Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                    .Select(file => new LabelledPicture(file, label, () => File.ReadAllBytes(file))));
            }
        }

        return pictures.Count > 0 ? pictures : throw new InvalidDataException($"{path} holds no files in folders named 0 to 9.");
    }

    private static string FolderOf(int digit) => digit == None ? NoneFolder : digit.ToString(CultureInfo.InvariantCulture);

    private static List<LabelledPicture> FromIdx(string path, IdxPicture look)
    {
        string labelsPath = LabelsBeside(path);
        byte[] images = Unpack(path);
        byte[] labels = Unpack(labelsPath);
        int count = Header(images, 4);
        (int height, int width) = (Header(images, 8), Header(images, 12));
        if (Header(images, 0) != ImagesMagic || Header(labels, 0) != LabelsMagic || Header(labels, 4) != count
            || images.Length != 16 + ((long)count * height * width) || labels.Length != 8 + count)
        {
            throw new InvalidDataException($"{path} and {labelsPath} are no idx files of the same pictures.");
        }

        return
        [
            .. Enumerable.Range(0, count).Select(i => new LabelledPicture(
                $"{Path.GetFileName(path)}[{i}]", labels[8 + i], () => look(width, height, images.AsSpan(16 + (i * height * width), height * width), i))),
        ];
    }

    private static int Header(byte[] file, int offset) =>
        file.Length >= 16 || (offset < 8 && file.Length >= 8) ? BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(offset)) : 0;

    private static byte[] Unpack(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
