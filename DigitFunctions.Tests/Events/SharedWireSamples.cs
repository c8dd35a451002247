using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>Samples that lie beside the checkout, where there are any: they are read as their expected.json says.</summary>
public class SharedWireSamples
{
    private const string NoFolder = "There is no shared/wire beside the checkout.";

    private static readonly string? Folder = Find();

    public static TheoryData<string> Bodies => Files(name => name.StartsWith("minio-", StringComparison.Ordinal)
        || name.StartsWith("aws-", StringComparison.Ordinal) || name.StartsWith("ceph-", StringComparison.Ordinal)
        || name is "degenerate-empty-records" or "degenerate-no-records-unknown-json");

    public static TheoryData<string> Transports => Files(name => name.StartsWith("ce-http-", StringComparison.Ordinal)
        || name.StartsWith("kafka-record-", StringComparison.Ordinal) || name is "http-plain-minio-webhook");

    [SharedWireTheory]
    [MemberData(nameof(Bodies))]
    public void A_body_reads_as_expected(string name)
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(new EventMessage(File.ReadAllBytes(PathOf(name)), []));

        JsonElement expected = Read("expected").GetProperty("files").GetProperty(name + ".json");
        if (expected.ValueKind == JsonValueKind.String || expected.GetArrayLength() == 0)
        {
            Assert.Equal(expected.ValueKind == JsonValueKind.String ? NoticeKind.Rejected : NoticeKind.Skipped, Assert.Single(notices).Kind);
            return;
        }

        Assert.Equal(expected.GetArrayLength(), notices.Count);
        foreach ((UploadNotice notice, JsonElement reading) in notices.Zip(expected.EnumerateArray()))
        {
            Assert.Equal(reading.GetProperty("reads_as").GetString(), notice.Kind.ToString().ToLowerInvariant());
            Assert.Equal(reading.GetProperty("bucket").GetString(), notice.Bucket);
            Assert.Equal(reading.GetProperty("key").GetString(), notice.Key);
            Assert.Equal(Text(reading, "version"), notice.Upload?.VersionId);
            Assert.Equal(Text(reading, "etag") ?? notice.Upload?.ETag, notice.Upload?.ETag);
            Assert.Equal(Text(reading, "sequencer") ?? notice.Upload?.Sequencer, notice.Upload?.Sequencer);
        }
    }

    [SharedWireTheory]
    [MemberData(nameof(Transports))]
    public void A_message_reads_as_its_notification(string name)
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(Message(Read(name)));

        string[] expected = name switch
        {
            "ce-http-structured-unknown-format" => ["UnsupportedFormat"],
            "ce-http-batch" => ["mnist/0.png", "mnist/7.png", "Skipped", "mnist/0.png"],
            "ce-http-structured-aws-s3-adapter" => ["mybucket/HappyFace.jpg"],
            "kafka-record-ceph" => ["mybucket1/myimage1.jpg"],
            _ => ["mnist/0.png"],
        };
        Assert.Equal(expected, notices.Select(notice => notice.Upload is { } upload ? $"{upload.Bucket}/{upload.Key}" : notice.Kind.ToString()));
        Assert.Equal(name == "ce-http-binary-specversion-03", notices[0].Remark is not null);
    }

    [SharedWireTheory]
    [InlineData("functions-kafka-string-envelope", NoticeKind.Upload)]
    [InlineData("functions-kafka-string-envelope-headers", NoticeKind.Upload)]
    [InlineData("functions-kafka-string-envelope-2022", NoticeKind.Rejected)]
    public void The_triggers_string_reads_as_the_record_in_it(string name, NoticeKind kind)
    {
        Assert.Equal(kind, Some.NoticeOf(Read(name).GetProperty("envelope").GetRawText()).Kind);
    }

    [SharedWireFact]
    public void A_body_that_is_no_document_reads_as_its_name_says()
    {
        foreach (JsonElement sample in Read("degenerate-bodies").GetProperty("cases").EnumerateArray())
        {
            JsonElement base64 = sample.GetProperty("body_base64");
            ReadOnlyMemory<byte>? body = base64.ValueKind == JsonValueKind.Null ? default(ReadOnlyMemory<byte>?) : base64.GetBytesFromBase64();
            NoticeKind expected = sample.GetProperty("name").GetString() switch
            {
                "kafka tombstone (null value)" => NoticeKind.Skipped,
                "utf-8 BOM + json" or "json string holding json" => NoticeKind.Upload,
                _ => NoticeKind.Rejected,
            };
            Assert.Equal(expected, Some.NoticeOf(new EventMessage(body, [])).Kind);
        }
    }

    private static EventMessage Message(JsonElement file)
    {
        JsonElement body = file.TryGetProperty("value", out JsonElement value) ? value
            : file.TryGetProperty("body", out JsonElement text) ? text
            : file.GetProperty("body_json");
        JsonElement headers = file.GetProperty("headers");
        EventHeader[] read = headers.ValueKind == JsonValueKind.Array
            ? [.. headers.EnumerateArray().Select(header => EventSample.Header(header[0].GetString()!, header[1].GetString()))]
            : [.. headers.EnumerateObject().Select(header => EventSample.Header(header.Name, header.Value.GetString()))];
        return new EventMessage(Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText()), read)
        {
            Origin = file.GetProperty("transport").GetString() == "kafka" ? Some.Origin : null,
        };
    }

    private static TheoryData<string> Files(Func<string, bool> isMeant) => Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(isMeant).Order(StringComparer.Ordinal)];

    private static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllBytes(PathOf(name)));

    private static string PathOf(string name) => Path.Combine(Folder!, name + ".json");

    private static string? Text(JsonElement reading, string name) => reading.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "wire");
            if (File.Exists(Path.Combine(candidate, "expected.json")))
            {
                return candidate;
            }
        }

        return null;
    }

    private sealed class SharedWireTheoryAttribute : TheoryAttribute
    {
        public override string? Skip => Folder is null ? NoFolder : null;
    }

    private sealed class SharedWireFactAttribute : FactAttribute
    {
        public override string? Skip => Folder is null ? NoFolder : null;
    }
}
