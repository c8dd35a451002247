using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>Samples that lie beside the checkout, where there are any: they are read as their expected.json says.</summary>
public class SharedWireSamples
{
    public static TheoryData<string> Bodies => SharedWire.Files(name => name.StartsWith("minio-", StringComparison.Ordinal)
        || name.StartsWith("aws-", StringComparison.Ordinal) || name.StartsWith("ceph-", StringComparison.Ordinal)
        || name is "degenerate-empty-records" or "degenerate-no-records-unknown-json");

    public static TheoryData<string> Transports => SharedWire.Files(name => name.StartsWith("ce-http-", StringComparison.Ordinal)
        || name.StartsWith("kafka-record-", StringComparison.Ordinal) || name is "http-plain-minio-webhook");

    [SharedWireTheory]
    [MemberData(nameof(Bodies))]
    public void A_body_reads_as_expected(string name)
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(new EventMessage(File.ReadAllBytes(SharedWire.PathOf(name)), []));

        JsonElement expected = SharedWire.Read("expected").GetProperty("files").GetProperty(name + ".json");
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
            Assert.Equal(SharedWire.Text(reading, "version"), notice.Upload?.VersionId);
            Assert.Equal(SharedWire.Text(reading, "etag") ?? notice.Upload?.ETag, notice.Upload?.ETag);
            Assert.Equal(SharedWire.Text(reading, "sequencer") ?? notice.Upload?.Sequencer, notice.Upload?.Sequencer);
        }
    }

    [SharedWireTheory]
    [MemberData(nameof(Transports))]
    public void A_message_reads_as_its_notification(string name)
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(SharedWire.Message(SharedWire.Read(name)));

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
        Assert.Equal(kind, Some.NoticeOf(SharedWire.Read(name).GetProperty("envelope").GetRawText()).Kind);
    }

    [SharedWireFact]
    public void A_body_that_is_no_document_reads_as_its_name_says()
    {
        foreach (JsonElement sample in SharedWire.Read("degenerate-bodies").GetProperty("cases").EnumerateArray())
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
}
