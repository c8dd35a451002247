using System.Globalization;
using DigitFunctions.Core.Page;

namespace DigitFunctions.Local.Commands;

/// <summary>The folder of an export: the folders 0 to 9 and <c>none</c>, in them pictures, and beside them what training makes of these.</summary>
/// <remarks>An export replaces an earlier one whole, since a picture may have another label by now. A folder that holds anything else is left alone.</remarks>
internal sealed class ExportFolder(string root)
{
    /// <summary>The folder of pictures of no single digit.</summary>
    public const string None = "none";

    /// <summary>The frames and labels that <c>./dev train --pictures</c> makes of an export.</summary>
    private static readonly HashSet<string> MadeOfIt = ["images-idx3-ubyte", "labels-idx1-ubyte"];

    private static readonly HashSet<string> Labels = [.. Enumerable.Range(0, 10).Select(digit => FolderOf(digit)), None];

    /// <summary>Looks whether nothing but an earlier export would be replaced.</summary>
    /// <exception cref="UsageException">Something else is there.</exception>
    public void Check() => _ = Files().Count();

    /// <summary>Removes an earlier export's files.</summary>
    public void Clear()
    {
        foreach (string file in Files())
        {
            File.Delete(file);
        }

        Directory.CreateDirectory(root);
    }

    /// <summary>Writes a picture under its label.</summary>
    public async Task WriteAsync(ExportedPicture picture, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, FolderOf(picture.Digit))).FullName;
        // Only a new file: nothing is written over, and no link is followed.
        await using var file = new FileStream(Path.Combine(folder, ExportName.Of(picture.Path)), FileMode.CreateNew, FileAccess.Write);
        await file.WriteAsync(picture.Content, cancellationToken);
    }

    private IEnumerable<string> Files()
    {
        if (File.Exists(root))
        {
            throw new UsageException($"{root} is a file; it must be a new folder, or one of an earlier export.");
        }

        foreach (FileSystemInfo entry in Entries(root))
        {
            if (entry is FileInfo && entry.LinkTarget is null && MadeOfIt.Contains(entry.Name))
            {
                yield return entry.FullName;
                continue;
            }

            if (entry is not DirectoryInfo || entry.LinkTarget is not null || !Labels.Contains(entry.Name))
            {
                throw NotOurs(entry);
            }

            foreach (FileSystemInfo file in Entries(entry.FullName))
            {
                yield return file is FileInfo && file.LinkTarget is null && ExportName.IsOne(file.Name) ? file.FullName : throw NotOurs(file);
            }
        }
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos() : [];

    private static UsageException NotOurs(FileSystemInfo entry) =>
        new($"{Printable.Of(entry.FullName)} is not of an export; the folder must be new or empty, or hold an earlier export alone.");

    private static string FolderOf(int? digit) => digit?.ToString(CultureInfo.InvariantCulture) ?? None;
}
