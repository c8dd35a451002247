using System.Diagnostics;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class EventLimitsHold
{
    [Fact]
    public void A_body_may_have_a_mebibyte()
    {
        string body = Some.Notification(Some.Record("7.png"));
        string largest = body + new string(' ', (1 << 20) - body.Length);

        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(largest).Kind);
        UploadNotice notice = Some.NoticeOf(largest + " ");
        Assert.Equal((NoticeKind.Rejected, "The body has 1048577 bytes; at most 1048576 are read."), (notice.Kind, notice.Reason));
    }

    [Fact]
    public void A_notification_may_have_a_thousand_records()
    {
        IEnumerable<string> records = Enumerable.Range(0, 1000).Select(i => Some.Record($"{i}.png"));

        Assert.Equal(1000, UploadEventParser.Parse(Some.Event(Some.Notification(records))).Count(notice => notice.Kind == NoticeKind.Upload));
        UploadNotice notice = Some.NoticeOf(Some.Notification(records.Append(Some.Record("one-more.png"))));
        Assert.Equal((NoticeKind.Rejected, "Records has 1001 records; at most 1000 are read."), (notice.Kind, notice.Reason));
    }

    [Fact]
    public void A_batch_may_have_a_thousand_events()
    {
        UploadNotice notice = Some.NoticeOf($"[{string.Join(',', Enumerable.Repeat("{}", 1001))}]");

        Assert.Equal((NoticeKind.Rejected, "The batch has 1001 events; at most 1000 are read."), (notice.Kind, notice.Reason));
    }

    [Fact]
    public void An_event_with_too_many_records_is_rejected_alone_in_its_batch()
    {
        string good = Some.CloudEvent(Some.Notification(Some.Record("7.png")));
        string large = Some.CloudEvent($$"""{"Records":[{{string.Join(',', Enumerable.Repeat("{}", 1001))}}]}""");

        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(Some.Event($"[{good},{large},{good}]"));

        Assert.Equal([NoticeKind.Upload, NoticeKind.Rejected, NoticeKind.Upload], notices.Select(notice => notice.Kind));
        Assert.Equal("[1]: Records has 1001 records; at most 1000 are read.", notices[1].Reason);
    }

    [Fact]
    public void A_batch_may_have_a_thousand_records_in_all()
    {
        string half = Some.CloudEvent($$"""{"Records":[{{string.Join(',', Enumerable.Repeat("{}", 600))}}]}""");
        string good = Some.CloudEvent(Some.Notification(Some.Record("7.png")));

        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(Some.Event($"[{half},{half},{good}]"));

        Assert.Equal(602, notices.Count);
        Assert.Equal("[1]: The batch has more than 1000 records with the 600 of this event; at most 1000 are read.", notices[600].Reason);
        Assert.Equal(NoticeKind.Upload, notices[601].Kind);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Json_may_be_64_levels_deep(char open, char close)
    {
        string At(int levels)
        {
            string opening = open == '[' ? "[" : "{\"a\":";
            string inner = string.Concat(Enumerable.Repeat(opening, levels - 1)) + "0" + new string(close, levels - 1);
            return $$"""{"x":{{inner}},{{Some.Notification(Some.Record("7.png"))[1..]}}""";
        }

        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(At(64)).Kind);
        UploadNotice notice = Some.NoticeOf(At(65));
        Assert.Equal((NoticeKind.Rejected, "The body has more than 64 levels of objects and arrays."), (notice.Kind, notice.Reason));
    }

    [Theory]
    [InlineData("", "The body is empty; a notification in JSON was expected.")]
    [InlineData("{", "The body is not JSON: it ends too early, at line 1, byte 2.")]
    [InlineData("{\n \"a\":", "The body is not JSON: it ends too early, at line 2, byte 6.")]
    [InlineData("{\n \"a\": what}\n", "The body is not JSON: unexpected 'what}\uFFFD' at line 2, byte 7.")]
    [InlineData("{} {}", "The body is not JSON: unexpected '{}' at line 1, byte 4.")]
    [InlineData("{'a':1}", "The body is not JSON: unexpected ''a':1}' at line 1, byte 2.")]
    public void What_is_no_json_is_told_with_its_place_and_not_repeated(string body, string reason)
    {
        UploadNotice notice = Some.NoticeOf(body);

        Assert.Equal((NoticeKind.Rejected, reason), (notice.Kind, notice.Reason));
        Assert.InRange(Some.NoticeOf(body + new string('n', 100_000)).Reason!.Length, 1, 200);
    }

    [Fact]
    public void A_notification_may_be_wrapped_four_times()
    {
        string Wrapped(int times) => times == 0 ? Some.Notification(Some.Record("7.png")) : Some.CloudEvent(Wrapped(times - 1));

        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(Wrapped(4)).Kind);
        UploadNotice notice = Some.NoticeOf(Wrapped(5));
        Assert.Equal((NoticeKind.Rejected, "The notification is wrapped more than 4 times."), (notice.Kind, notice.Reason));
    }

    private static readonly Dictionary<string, string> Hostile = new()
    {
        ["a mebibyte of opening brackets"] = new string('[', 1 << 20),
        ["a mebibyte of opening objects"] = string.Concat(Enumerable.Repeat("{\"a\":", 200_000)),
        ["records without end"] = "{\"Records\":[" + string.Concat(Enumerable.Repeat("{},", 340_000)) + "{}]}",
        ["events without end"] = "[" + string.Concat(Enumerable.Repeat("[],", 340_000)) + "[]]",
        ["broken events"] = "[" + string.Join(',', Enumerable.Repeat("""{"specversion":"1.0","data":"{"}""", 1000)) + "]",
        ["duplicate members"] = "{" + string.Concat(Enumerable.Repeat("\"Records\":[],", 75_000)) + "\"Records\":[]}",
        ["duplicate records"] = "{" + string.Concat(Enumerable.Repeat($"\"Records\":[{Some.Record("7.png")}],", 6_500)) + "\"Records\":[]}",
        ["an escaped key"] = Some.Notification(Some.Record(string.Concat(Enumerable.Repeat(@"\u0041", 170_000)))),
        ["a key of plus signs"] = Some.Notification(Some.Record(new string('+', 1_000_000))),
        ["a key of slashes"] = Some.Notification(Some.Record(new string('/', 1_000_000) + "a")),
        ["half surrogates"] = Some.Notification(Enumerable.Repeat(Some.Record(@"\ud800"), 1000)),
        ["long escaped names"] = "{\"" + string.Concat(Enumerable.Repeat(@"\u0041", 170_000)) + "\":1}",
        ["quotes in quotes"] = "\"" + string.Concat(Enumerable.Repeat("\\\"", 500_000)) + "\"",
        ["wrapped events"] = string.Concat(Enumerable.Repeat("""{"specversion":"1.0","data":""", 30)) + new string(' ', 900_000) + "1" + new string('}', 30),
        ["an array wrapped in events"] = string.Concat(Enumerable.Repeat("""{"specversion":"1.0","data":""", 6))
            + "[" + string.Concat(Enumerable.Repeat("0,", 450_000)) + "0]" + new string('}', 6),
        ["empty lines"] = new string('\n', 1_000_000) + "x",
        ["a digit string"] = "{\"a\":" + new string('9', 1_000_000) + "}",
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Hostile_input_is_answered_soon_and_in_little_memory(string what)
    {
        EventMessage message = Some.Event(Hostile[what]);
        WellFormed.Check(UploadEventParser.Parse(message));

        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        UploadEventParser.Parse(message);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 8 << 20, $"{what}: {allocated} bytes allocated.");
        // Milliseconds on an idle machine; what is quadratic takes minutes on any.
        Assert.True(elapsed < TimeSpan.FromSeconds(20), $"{what}: {elapsed.TotalMilliseconds} ms.");
    }
}
