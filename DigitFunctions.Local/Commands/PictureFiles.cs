namespace DigitFunctions.Local.Commands;

/// <summary>Finds the picture files that a command line names.</summary>
internal static class PictureFiles
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".qoi", ".tga", ".tif", ".tiff", ".webp",
    };

    /// <summary>Whether a name's ending, such as <c>.png</c>, is that of a picture file.</summary>
    public static bool IsEnding(string ending) => Endings.Contains(ending);

    /// <summary>Files as they are named, and for a folder the picture files in it and below, in the order of their names.</summary>
    /// <exception cref="UsageException">There is no such file or folder, or no picture file in it.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }

            if (!Directory.Exists(path))
            {
                throw new UsageException($"There is no file or folder {path}.");
            }

            string[] found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => IsEnding(Path.GetExtension(file)))];
            if (found.Length == 0)
            {
                throw new UsageException($"The folder {path} holds no picture file ({string.Join(' ', Endings)}).");
            }

            Array.Sort(found, StringComparer.Ordinal);
            files.AddRange(found);
        }

        return files;
    }
}
