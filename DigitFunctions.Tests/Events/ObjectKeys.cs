using System.Text;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class ObjectKeys
{
    [Theory]
    [InlineData("minio:s3", "a%2Fb+c%2Bd.png", "a/b c+d.png")]
    [InlineData("minio:s3", "%E4%B8%83%F0%9F%96%8A.png", "七🖊.png")]
    [InlineData("minio:s3", "plain.png", "plain.png")]
    [InlineData("MinIO:S3", "a%2fb.png", "a/b.png")]
    [InlineData("minio:s3", "a/b+c%20d.png", "a/b+c%20d.png")]
    [InlineData("minio:s3", "b+c%20 d.png", "b+c%20 d.png")]
    [InlineData("minio:s3", "50%/x.png", "50%/x.png")]
    [InlineData("aws:s3", "a/b+c%2Bd%C3%A9.png", "a/b c+dé.png")]
    [InlineData("aws:s3", "a%2Fb.png", "a/b.png")]
    [InlineData("ceph:s3", "a/b+c%2Bd%.png", "a/b+c%2Bd%.png")]
    [InlineData("other:s3", "b+c.png", "b c.png")]
    [InlineData("aws:s3", "/lead.png", "/lead.png")]
    [InlineData("aws:s3", "a//b.png", "a//b.png")]
    [InlineData("aws:s3", "...", "...")]
    [InlineData("aws:s3", @"..\\a.png", @"..\a.png")]
    [InlineData("aws:s3", @"\u0061\ud83d\ude00\/\u0062.png", "a😀/b.png")]
    [InlineData("aws:s3", "a%2525.png", "a%25.png")]
    public void A_key_is_decoded_by_its_vendors_rule(string source, string written, string key)
    {
        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record(written, source)));

        Assert.Equal((NoticeKind.Upload, key), (notice.Kind, notice.Key));
    }

    [Theory]
    [InlineData("a+b.png", "numbers/a+b.png", "a+b.png")]
    [InlineData("a+b.png", "numbers/a b.png", "a b.png")]
    [InlineData("a%20b.png", "numbers/a%20b.png", "a%20b.png")]
    [InlineData("a/b%20c.png", "numbers/a/b c.png", "a/b c.png")]
    [InlineData("100%.png", "numbers/100%.png", "100%.png")]
    [InlineData("a%FF.png", "numbers/a%FF.png", "a%FF.png")]
    [InlineData(@"a\u002bb.png", @"numbers\/a\u002bb.png", "a+b.png")]
    [InlineData("a+b.png", "elsewhere/x.png", "a b.png")]
    [InlineData("a+b.png", "", "a b.png")]
    public void MinIOs_Key_settles_whether_the_records_key_is_escaped(string written, string announced, string key)
    {
        UploadNotice notice = Some.NoticeOf($$"""{"Records":[{{Some.Record(written)}}],"Key":"{{announced}}"}""");

        Assert.Equal((NoticeKind.Upload, key), (notice.Kind, notice.Key));
    }

    [Theory]
    [InlineData("minio:s3", "100%.png")]
    [InlineData("minio:s3", "a%2")]
    [InlineData("aws:s3", "a/b%G0.png")]
    [InlineData("aws:s3", "a b%-1.png")]
    public void A_broken_escape_is_a_bad_event_and_not_a_guess(string source, string written)
    {
        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record(written, source)));

        Assert.Equal(NoticeKind.Rejected, notice.Kind);
        Assert.Equal($"Records[0].s3.object.key holds a broken escape: '{written}'; each % needs two hexadecimal digits.", notice.Reason);
    }

    [Theory]
    [InlineData("../a.png", "'..'")]
    [InlineData("a/./b.png", "'..'")]
    [InlineData("a/..", "'..'")]
    [InlineData("..", "'..'")]
    [InlineData("%2E%2E%2Fa.png", "'..'")]
    [InlineData("a%00.png", "U+0000")]
    [InlineData(@"a\u0000.png", "U+0000")]
    [InlineData(@"a\n.png", "U+000A")]
    [InlineData("a%7F.png", "U+007F")]
    [InlineData("a%C2%85.png", "U+0085")]
    [InlineData("a%FF.png", "not UTF-8")]
    [InlineData("a%C3%28.png", "not UTF-8")]
    [InlineData("a%ED%A0%80.png", "not UTF-8")]
    [InlineData(@"a\ud800.png", "surrogate")]
    [InlineData(@"a\ude00\ud83d.png", "surrogate")]
    [InlineData(@"\ud83d", "surrogate")]
    public void A_key_that_cannot_be_served_safely_is_refused(string written, string reason)
    {
        foreach (string source in (string[])["aws:s3", "minio:s3"])
        {
            // A raw slash says that MinIO did not escape the key; then nothing in it is undone.
            UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record(written, source)));

            Assert.Equal(NoticeKind.Refused, notice.Kind);
            Assert.Contains(reason, notice.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_of_bytes_that_are_not_utf8_is_refused()
    {
        byte[] body = Encoding.UTF8.GetBytes(Some.Notification(Some.Record("a#.png", "ceph:s3")));
        body[body.IndexOf((byte)'#')] = 0xFF;

        Assert.Equal(NoticeKind.Refused, Some.NoticeOf(Some.Event(body)).Kind);
    }

    [Theory]
    [InlineData(900, NoticeKind.Upload)]
    [InlineData(901, NoticeKind.Refused)]
    [InlineData(100_000, NoticeKind.Refused)]
    public void A_key_may_have_900_bytes(int bytes, NoticeKind kind)
    {
        string key = string.Concat(Enumerable.Repeat("%C3%A9", bytes / 2)) + new string('a', bytes % 2);

        UploadNotice notice = Some.NoticeOf(Some.Notification(Some.Record(key, "aws:s3")));

        Assert.Equal(kind, notice.Kind);
        Assert.Equal(kind == NoticeKind.Upload, notice.Key is not null);
        Assert.True(notice.Reason is null || notice.Reason.StartsWith($"Records[0].s3.object.key has {bytes} bytes in UTF-8; at most 900", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"\"", "must not be empty")]
    [InlineData("null", "must be a string, got null")]
    [InlineData("7", "must be a string, got a number")]
    [InlineData("{\"key\":\"a\"}", "must be a string, got an object")]
    [InlineData("true", "must be a string, got a boolean")]
    public void A_record_without_a_key_is_rejected(string key, string reason)
    {
        string body = Some.Notification(Some.Record("#").Replace("\"#\"", key, StringComparison.Ordinal));

        UploadNotice notice = Some.NoticeOf(body);

        Assert.Equal((NoticeKind.Rejected, $"Records[0].s3.object.key {reason}."), (notice.Kind, notice.Reason));
    }
}
