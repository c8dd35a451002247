using System.Net;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>An event to its uploads. The rival walks the same members in a <see cref="JsonDocument"/>, knows beforehand which shape comes, and checks nothing.</summary>
public class EventParsing
{
    private EventMessage _message = new(null, []);
    private string[] _toRecord = [];

    /// <summary>MinIO's notification, the same as a structured CloudEvent of KafkaSource, and AWS EventBridge's event.</summary>
    [Params("minio", "cloudevent", "eventbridge")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        (string sample, string[] toRecord) = Shape switch
        {
            "minio" => ("minio-put", (string[])[]),
            "cloudevent" => ("http-cloudevent-structured", ["data"]),
            _ => ("eventbridge-created", ["detail"]),
        };
        _toRecord = toRecord;
        _message = EventSample.Load(sample).Message;
        Upload walked = WalkDocument();
        if (Parse() is not [{ Upload: { } parsed }] || (parsed.Bucket, parsed.Key, parsed.Size, parsed.ETag) != (walked.Bucket, walked.Key, walked.Size, walked.ETag))
        {
            throw new InvalidOperationException($"Both must read {sample} alike.");
        }
    }

    [Benchmark(Baseline = true)]
    public Upload WalkDocument()
    {
        using JsonDocument document = JsonDocument.Parse(_message.Body!.Value);
        JsonElement element = document.RootElement;
        foreach (string name in _toRecord)
        {
            element = element.GetProperty(name);
        }

        bool isRecord = element.TryGetProperty("Records", out JsonElement records);
        JsonElement s3 = isRecord ? records[0].GetProperty("s3") : element;
        JsonElement stored = s3.GetProperty("object");
        string key = stored.GetProperty("key").GetString()!;
        return new Upload(s3.GetProperty("bucket").GetProperty("name").GetString()!, isRecord ? WebUtility.UrlDecode(key) : key)
        {
            Size = stored.GetProperty("size").GetInt64(),
            ETag = stored.GetProperty(isRecord ? "eTag" : "etag").GetString(),
            VersionId = stored.TryGetProperty(isRecord ? "versionId" : "version-id", out JsonElement version) ? version.GetString() : null,
            Sequencer = stored.GetProperty("sequencer").GetString(),
        };
    }

    [Benchmark]
    public IReadOnlyList<UploadNotice> Parse() => UploadEventParser.Parse(_message);
}
