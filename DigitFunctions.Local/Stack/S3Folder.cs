using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>A bucket as its folder describes it.</summary>
internal sealed record S3BucketRecord(string Name, DateTimeOffset Created, S3Versioning Versioning);

/// <summary>The first line of an object's file; the content follows it.</summary>
internal sealed record S3ObjectRecord(
    string Key, string? VersionId, bool IsDeleteMarker, string ETag, DateTimeOffset LastModified, long Size,
    IReadOnlyDictionary<string, string> Headers, string? ChecksumHeader, string? Checksum);

/// <summary>Objects in a folder: one sub-folder a bucket, one file a version, named by its time.</summary>
/// <remarks>
/// Keys are never file names. A file appears whole, by renaming, so a killed process leaves no half object;
/// nothing is flushed to the disk, so a power failure may lose the last writes. Multipart uploads are not kept.
/// </remarks>
internal sealed class S3Folder
{
    private const string BucketFile = "bucket.json";
    private const string ObjectExtension = ".object";
    private const string PartialExtension = ".partial";
    private const int LongestRecord = 64 * 1024;

    private readonly string _path;
    private readonly ILogger _logger;

    /// <param name="path">The folder; made where it is not there.</param>
    /// <param name="logger">Hears of files that cannot be read.</param>
    public S3Folder(string path, ILogger logger)
    {
        _path = Path.GetFullPath(path);
        _logger = logger;
        Directory.CreateDirectory(_path);
    }

    /// <summary>Reads the buckets; other folders and files are left alone.</summary>
    public IEnumerable<S3BucketRecord> ReadBuckets()
    {
        foreach (string file in Directory.EnumerateDirectories(_path).Select(folder => Path.Combine(folder, BucketFile)).Where(File.Exists))
        {
            S3BucketRecord? record = Deserialize(file, File.ReadAllBytes(file), S3FolderJson.Default.S3BucketRecord);
            if (record is not null && record.Name == Path.GetFileName(Path.GetDirectoryName(file)))
            {
                yield return record;
            }
        }
    }

    public void WriteBucket(S3BucketRecord bucket)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(_path, bucket.Name)).FullName, BucketFile);
        File.WriteAllBytes(file + PartialExtension, JsonSerializer.SerializeToUtf8Bytes(bucket, S3FolderJson.Default.S3BucketRecord));
        File.Move(file + PartialExtension, file, overwrite: true);
    }

    public void DeleteBucket(string bucket) => Directory.Delete(Path.Combine(_path, bucket), recursive: true);

    /// <summary>Reads the versions of a bucket, the oldest first.</summary>
    public IEnumerable<S3Object> ReadObjects(string bucket)
    {
        string folder = Path.Combine(_path, bucket);
        foreach (string partial in Directory.EnumerateFiles(folder, "*" + PartialExtension))
        {
            File.Delete(partial);
        }

        // Names are times of equal length in hexadecimal, so the names' order is the writes' order.
        return Directory.GetFiles(folder, "*" + ObjectExtension).Order(StringComparer.Ordinal).Select(ReadObject).OfType<S3Object>();
    }

    /// <summary>Writes a version.</summary>
    /// <returns>Where its content is.</returns>
    public S3Content WriteObject(string bucket, S3Object version, ReadOnlySpan<byte> content)
    {
        string name = version.LastModified.UtcTicks.ToString("x16", CultureInfo.InvariantCulture) + ObjectExtension;
        string file = Path.Combine(_path, bucket, name);
        S3ObjectRecord record = new(version.Key, version.VersionId, version.IsDeleteMarker, version.ETag, version.LastModified,
            content.Length, version.Headers, version.ChecksumHeader, version.Checksum);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, S3FolderJson.Default.S3ObjectRecord), (byte)'\n'];
        using (FileStream stream = new(file + PartialExtension, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(line);
            stream.Write(content);
        }

        File.Move(file + PartialExtension, file);
        return new S3Content(null, file, line.Length, content.Length);
    }

    /// <summary>Deletes a version's file, where it has one.</summary>
    public static void DeleteObject(S3Object version)
    {
        if (version.Content.Path is not null)
        {
            File.Delete(version.Content.Path);
        }
    }

    private S3Object? ReadObject(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] head = new byte[Math.Min(LongestRecord, stream.Length)];
        stream.ReadExactly(head);
        int end = head.AsSpan().IndexOf((byte)'\n');
        S3ObjectRecord? record = Deserialize(file, head.AsSpan(0, Math.Max(end, 0)), S3FolderJson.Default.S3ObjectRecord);
        if (record is null || record.Size != stream.Length - end - 1)
        {
            StackLog.UnreadableObjectFile(_logger, file);
            return null;
        }

        return new S3Object
        {
            Key = record.Key,
            VersionId = record.VersionId,
            IsDeleteMarker = record.IsDeleteMarker,
            ETag = record.ETag,
            LastModified = record.LastModified,
            Headers = record.Headers,
            ChecksumHeader = record.ChecksumHeader,
            Checksum = record.Checksum,
            Content = new S3Content(null, file, end + 1, record.Size),
        };
    }

    private T? Deserialize<T>(string file, ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            StackLog.UnreadableObjectFile(_logger, file);
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(S3BucketRecord))]
[JsonSerializable(typeof(S3ObjectRecord))]
internal sealed partial class S3FolderJson : JsonSerializerContext;
