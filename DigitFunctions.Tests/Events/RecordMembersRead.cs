using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class RecordMembersRead
{
    [Theory]
    [InlineData("324", 324)]
    [InlineData("\"1024\"", 1024)]
    [InlineData("1024.0", 1024)]
    [InlineData("1e3", 1000)]
    [InlineData("\"\"", 0)]
    [InlineData("null", 0)]
    [InlineData("0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_is_a_number_or_a_string_or_absent(string written, long size) =>
        Assert.Equal(size, Some.NoticeOf(Some.Notification(Some.Record("7.png", more: $",\"size\":{written}"))).Upload?.Size);

    [Theory]
    [InlineData("-1", "'-1'")]
    [InlineData("1.5", "'1.5'")]
    [InlineData("9223372036854775808", "'9223372036854775808'")]
    [InlineData("1e400", "'1e400'")]
    [InlineData("\"many\"", "'many'")]
    public void A_size_that_cannot_be_is_rejected(string written, string got)
    {
        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record("7.png", more: $",\"size\":{written}")));

        Assert.Equal(NoticeKind.Rejected, notice.Kind);
        Assert.Equal($"Records[0].s3.object.size must be a whole number from 0 to 9223372036854775807, got {got}.", notice.Reason);
    }

    [Fact]
    public void A_number_of_a_million_digits_is_rejected_and_not_repeated()
    {
        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record("7.png", more: $",\"size\":1{new string('0', 1_000_000)}")));

        Assert.Equal(NoticeKind.Rejected, notice.Kind);
        Assert.InRange(notice.Reason!.Length, 1, 200);
    }

    [Theory]
    [InlineData("\\\"0f34\\\"", "0f34")]
    [InlineData("0f34-2", "0f34-2")]
    [InlineData("", null)]
    [InlineData("\\\"\\\"", null)]
    public void An_eTag_is_without_quotes(string written, string? eTag) =>
        Assert.Equal(eTag, Some.NoticeOf(Some.Notification(Some.Record("7.png", more: $",\"eTag\":\"{written}\""))).Upload!.ETag);

    [Theory]
    [InlineData("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z")]
    [InlineData("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.1234567Z")]
    [InlineData("2026-03-04T06:06:07+01:00", "2026-03-04T05:06:07Z")]
    [InlineData("2026-03-04T05:06:07", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void An_event_time_that_is_none_is_left_out(string written, string? time)
    {
        string body = Some.Notification(Some.Record("7.png").Replace("{\"eventSource\"", $"{{\"eventTime\":\"{written}\",\"eventSource\"", StringComparison.Ordinal));

        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, null), Some.NoticeOf(body).Upload!.EventTime);
    }

    [Theory]
    [InlineData("eTag", "7", "Records[0].s3.object.eTag must be a string, got a number.")]
    [InlineData("versionId", "[]", "Records[0].s3.object.versionId must be a string, got an array.")]
    [InlineData("sequencer", "{}", "Records[0].s3.object.sequencer must be a string, got an object.")]
    [InlineData("eTag", "\"\\ud800\"", "Records[0].s3.object.eTag is not Unicode text.")]
    public void A_known_member_of_a_wrong_type_is_named(string member, string value, string reason)
    {
        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record("7.png", more: $",\"{member}\":{value}")));

        Assert.Equal((NoticeKind.Rejected, reason), (notice.Kind, notice.Reason));
    }

    [Theory]
    [InlineData("""{"Records":{}}""", "Records must be an array, got an object.")]
    [InlineData("""{"Records":"x"}""", "Records must be an array, got a string.")]
    [InlineData("""{"Records":[],"Key":1}""", "Key must be a string, got a number.")]
    [InlineData("""{"s3":7}""", "eventName is missing.")]
    [InlineData("""{"eventName":"ObjectCreated:Put","s3":7}""", "s3 must be an object, got a number.")]
    [InlineData("""{"detail-type":7}""", "detail-type must be a string, got a number.")]
    [InlineData("""{"detail-type":"Object Created"}""", "detail.bucket.name is missing.")]
    [InlineData("""{"Topic":"t","Value":{}}""", "Value must be a string, got an object.")]
    [InlineData("7", "The body must be a JSON object, got a number.")]
    [InlineData("null", "The body must be a JSON object, got null.")]
    [InlineData("true", "The body must be a JSON object, got a boolean.")]
    public void What_is_rejected_says_what_would_be_right(string body, string reason)
    {
        UploadNotice notice = Some.NoticeOf(body);

        Assert.Equal((NoticeKind.Rejected, reason), (notice.Kind, notice.Reason));
    }

    [Theory]
    [InlineData("ObjectCreated:Put", NoticeKind.Upload)]
    [InlineData("s3:ObjectCreated:CompleteMultipartUpload", NoticeKind.Upload)]
    [InlineData("s3:s3:ObjectCreated:Put", NoticeKind.Skipped)]
    [InlineData("s3:ObjectCreated:*", NoticeKind.Skipped)]
    [InlineData("s3:ObjectCreated:put", NoticeKind.Skipped)]
    [InlineData("s3:ObjectAccessed:Get", NoticeKind.Skipped)]
    [InlineData("s3:TestEvent", NoticeKind.Skipped)]
    [InlineData("", NoticeKind.Rejected)]
    public void The_event_name_tells_the_kind(string eventName, NoticeKind kind)
    {
        string body = Some.Notification(Some.Record("7.png").Replace("s3:ObjectCreated:Put", eventName, StringComparison.Ordinal));

        Assert.Equal(kind, Some.NoticeOf(body).Kind);
    }

    [Fact]
    public void A_record_that_announces_no_upload_is_skipped_whatever_else_is_in_it()
    {
        string body = """{"Records":[{"eventName":"s3:ObjectRemoved:Delete","eventSource":7,"s3":{"object":{"key":"%","size":-1}}}]}""";

        Assert.Equal(NoticeKind.Skipped, Some.NoticeOf(body).Kind);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_do_not_matter_in_members_that_are_not_known()
    {
        byte[] body = System.Text.Encoding.UTF8.GetBytes(Some.Notification(Some.Record("7.png", more: ",\"who\":\"#\"")));
        body[body.IndexOf((byte)'#')] = 0xFF;

        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(Some.Event(body)).Kind);
    }
}
