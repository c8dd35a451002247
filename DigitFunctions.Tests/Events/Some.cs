using System.Text;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>Events of which a test cares for one thing only.</summary>
internal static class Some
{
    public static KafkaOrigin Origin => EventSample.Origin;

    /// <summary>A plain notification over HTTP.</summary>
    public static EventMessage Event(string body, params (string Name, string Value)[] headers) =>
        Event(Encoding.UTF8.GetBytes(body), headers);

    /// <summary>A plain notification over HTTP.</summary>
    public static EventMessage Event(byte[] body, params (string Name, string Value)[] headers) =>
        new(body, [.. headers.Select(header => EventSample.Header(header.Name, header.Value))]);

    /// <summary>A record in S3's structure.</summary>
    /// <param name="key">The object key as it stands in JSON, without quotes.</param>
    /// <param name="source">The event source.</param>
    /// <param name="more">Further members of the object, each with a comma before it.</param>
    public static string Record(string key, string source = "minio:s3", string more = "") => $$"""
        {"eventSource":"{{source}}","eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"numbers"},"object":{"key":"{{key}}"{{more}} } } }
        """;

    /// <summary>A notification of such records.</summary>
    public static string Notification(params IEnumerable<string> records) => $$"""{"Records":[{{string.Join(',', records)}}]}""";

    /// <summary>A structured CloudEvent around data.</summary>
    public static string CloudEvent(string data, string id = "1") =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test","data":{{data}}}""";

    /// <summary>The only notice of an event.</summary>
    public static UploadNotice NoticeOf(EventMessage message) => Assert.Single(UploadEventParser.Parse(message));

    /// <summary>The only notice of a plain notification.</summary>
    public static UploadNotice NoticeOf(string body) => NoticeOf(Event(body));
}
