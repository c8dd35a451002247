using System.Text.Json;
using System.Text.RegularExpressions;

namespace DigitFunctions.Local.Commands;

/// <summary>Finds the files that a replay is told to send, and the documents in them.</summary>
internal static partial class ReplayFiles
{
    /// <summary>Stands for the standard input.</summary>
    public const string StandardInput = "-";

    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".json", ".jsonl", ".ndjson" };

    // Documents are told apart here; how deep one may be is for the functions to say.
    private static readonly JsonReaderOptions Many = new() { AllowMultipleValues = true, MaxDepth = 10_000 };

    /// <summary>Files as they are named, and for a folder those in it and below, in the order of their names, numbers by their value: dead letters are named by offset.</summary>
    /// <exception cref="UsageException">There is no such file or folder, or no event in it.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (path == StandardInput || File.Exists(path))
            {
                files.Add(path);
                continue;
            }

            if (!Directory.Exists(path))
            {
                throw new UsageException($"There is no file or folder {path}.");
            }

            string[] found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => Endings.Contains(Path.GetExtension(file)))];
            if (found.Length == 0)
            {
                throw new UsageException($"The folder {path} holds no file of events ({string.Join(' ', Endings)}).");
            }

            files.AddRange(found.OrderBy(file => Digits().Replace(file, number => number.Value.PadLeft(20, '0')), StringComparer.Ordinal));
        }

        return files;
    }

    /// <summary>The documents of a file: JSON values one after the other; else its lines, where at least one is JSON by itself; else the file as it is.</summary>
    /// <remarks>What is no JSON is a document too: an event that nobody can read is the function's to refuse, with its reason.</remarks>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        if (Values(content) is { } values)
        {
            return values.Count > 1 ? values : [content];
        }

        List<ReadOnlyMemory<byte>> lines = [];
        for (ReadOnlyMemory<byte> rest = content; !rest.IsEmpty;)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                lines.Add(line);
            }
        }

        return lines.Count > 1 && lines.Exists(line => line.Span[0] is (byte)'{' or (byte)'[' && Values(line) is { Count: 1 }) ? lines : [content];
    }

    private static List<ReadOnlyMemory<byte>>? Values(ReadOnlyMemory<byte> content)
    {
        int start = content.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        List<ReadOnlyMemory<byte>> values = [];
        Utf8JsonReader reader = new(content.Span[start..], Many);
        try
        {
            while (reader.Read())
            {
                int first = start + (int)reader.TokenStartIndex;
                reader.Skip();
                values.Add(content[first..(start + (int)reader.BytesConsumed)]);
            }

            return values;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
