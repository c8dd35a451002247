using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Extensions;
using CloudNative.CloudEvents.SystemTextJson;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Results;

namespace DigitFunctions.Tests.Results;

/// <summary>The result event is a CloudEvent that others can read.</summary>
public sealed class FiledEventTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly FiledPicture Picture =
        new(new Upload("mnist", "a b/5+é.png"), "eTag", Now.AddMinutes(-1), "digits", "digit-5/a b/5+é.png") { Digit = 5, Confidence = 0.875f, Model = "onnx:mnist@1", Cause = "mnist/0/7" };

    [Fact]
    public void The_CloudEvents_library_reads_what_is_told()
    {
        CloudEvent read = Read(Picture, out string contentType);

        Assert.Equal("application/cloudevents+json; charset=utf-8", contentType);
        Assert.True(read.IsValid);
        Assert.Equal(("digitfunctions.picture.filed", "s3://mnist", "a b/5+é.png"), (read.Type, read.Source!.OriginalString, read.Subject));
        Assert.Equal(Now, read.Time);
        Assert.Equal("mnist/0/7", read["causationid"]);
        Assert.Equal("mnist/a b/5+é.png", read.GetPartitionKey());
        using JsonDocument expected = JsonDocument.Parse(
            """{"bucket":"mnist","key":"a b/5+é.png","eTag":"eTag","targetBucket":"digits","target":"digit-5/a b/5+é.png","digit":5,"confidence":0.875,"model":"onnx:mnist@1"}""");
        JsonElement data = Assert.IsType<JsonElement>(read.Data);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, data), data.ToString());
    }

    [Fact]
    public void The_same_picture_has_the_same_id_whenever_it_is_told_of_and_another_picture_another()
    {
        string id = Read(Picture, out _).Id!;

        Assert.Equal(id, Read(Picture with { Cause = "mnist/0/8", Target = "digit-6/x" }, out _).Id);
        Assert.Equal(5, new[]
        {
            id,
            Read(Picture with { ETag = "another" }, out _).Id,
            Read(Picture with { Written = Now }, out _).Id,
            Read(Picture with { Upload = new Upload("mnist", "6.png") }, out _).Id,
            Read(Picture with { Upload = new Upload("other", Picture.Upload.Key) }, out _).Id,
        }.Distinct().Count());
    }

    [Fact]
    public void The_trace_of_the_upload_is_passed_on()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        Assert.Equal(Trace, Read(Picture with { Upload = Picture.Upload with { TraceParent = Trace } }, out _)["traceparent"]);
        Assert.Null(Read(Picture with { Upload = Picture.Upload with { TraceParent = "nonsense" } }, out _)["traceparent"]);
        Assert.Null(Read(Picture, out _)["traceparent"]);
    }

    [Theory]
    [InlineData("\u0001id\u007f\u0085", "%01id%7F%C2%85")]
    [InlineData("\ufffe\uffff\ufdd0\U0001fffex", "%EF%BF%BE%EF%BF%BF%EF%B7%90%F0%9F%BF%BEx")]
    [InlineData("", null)]
    public void What_an_attribute_cannot_hold_is_percent_encoded(string cause, string? told) =>
        Assert.Equal(told, Read(Picture with { Cause = cause }, out _)["causationid"]);

    [Theory]
    [InlineData("\ufffex")]
    [InlineData("\U0001f600<img src=x onerror=alert(1)>")]
    public void Any_key_that_is_served_can_be_told(string key) =>
        Assert.Equal(key, ((JsonElement)Read(Picture with { Upload = new Upload("mnist", key) }, out _).Data!).GetProperty("key").GetString());

    [Fact]
    public void One_that_comes_back_as_an_announcement_announces_nothing()
    {
        ReadOnlyMemory<byte> value = FiledEvent.Encode(Picture, Now, out string contentType);

        UploadNotice notice = Assert.Single(UploadEventParser.Parse(new EventMessage(value, [new EventHeader("content-type", Encoding.UTF8.GetBytes(contentType))])));

        Assert.Null(notice.Upload);
    }

    private static CloudEvent Read(FiledPicture picture, out string contentType) => new JsonEventFormatter().DecodeStructuredModeMessage(
        FiledEvent.Encode(picture, Now, out contentType), new System.Net.Mime.ContentType(contentType), [.. Partitioning.AllAttributes]);
}
