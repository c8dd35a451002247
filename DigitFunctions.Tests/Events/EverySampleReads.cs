using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class EverySampleReads
{
    public static TheoryData<string> Samples => [.. EventSample.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void As_its_file_says(string name)
    {
        EventSample sample = EventSample.Load(name);

        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(sample.Message);

        Assert.Equal(sample.Expected.GetArrayLength(), notices.Count);
        foreach ((UploadNotice notice, JsonElement expected) in notices.Zip(sample.Expected.EnumerateArray()))
        {
            WellFormed.Check(notice);
            foreach (JsonProperty property in expected.EnumerateObject())
            {
                Compare(notice, property.Name, property.Value);
            }
        }
    }

    private static void Compare(UploadNotice notice, string member, JsonElement expected)
    {
        string? text = expected.ValueKind == JsonValueKind.String ? expected.GetString() : null;
        switch (member)
        {
            case "kind": Assert.Equal(text, notice.Kind.ToString()); break;
            case "bucket": Assert.Equal(text, notice.Bucket); break;
            case "key": Assert.Equal(text, notice.Key); break;
            case "reason": Assert.Contains(text!, notice.Reason, StringComparison.Ordinal); break;
            case "remark" when text is null: Assert.Null(notice.Remark); break;
            case "remark": Assert.Contains(text!, notice.Remark, StringComparison.Ordinal); break;
            case "size": Assert.Equal(expected.GetInt64(), notice.Upload!.Size); break;
            case "eTag": Assert.Equal(text, notice.Upload!.ETag); break;
            case "versionId": Assert.Equal(text, notice.Upload!.VersionId); break;
            case "sequencer": Assert.Equal(text, notice.Upload!.Sequencer); break;
            case "eventTime": Assert.Equal(expected.GetDateTimeOffset(), notice.Upload!.EventTime); break;
            case "eventId": Assert.Equal(text, notice.Upload!.EventId); break;
            case "traceParent": Assert.Equal(text, notice.Upload!.TraceParent); break;
            case "traceState": Assert.Equal(text, notice.Upload!.TraceState); break;
            default: Assert.Fail($"The sample expects '{member}', which is not known here."); break;
        }
    }
}
