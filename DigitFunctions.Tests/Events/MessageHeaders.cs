using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

public class MessageHeaders
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a%20b", "a b")]
    [InlineData("100%25", "100%")]
    [InlineData("%2525", "%25")]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("\"a \\\"b\\\" %C3%A9\"", "a \"b\" é")]
    [InlineData("a+b", "a+b")]
    [InlineData("100%.png", "100%.png")]
    [InlineData("a%20b%.png", "a%20b%.png")]
    [InlineData("%FF", "%FF")]
    [InlineData("\"", "\"")]
    [InlineData("é", "é")]
    public void An_attribute_in_http_is_unquoted_and_decoded_once(string header, string value) =>
        Assert.Equal(value, Some.Event("{}", ("CE-Subject", header)).Attribute("subject"));

    [Fact]
    public void An_attribute_in_kafka_is_taken_as_it_is()
    {
        EventMessage message = Some.Event("{}", ("ce_id", "\"a%20b\""), ("ce-source", "/x")) with { Origin = Some.Origin };

        Assert.Equal(("\"a%20b\"", null), (message.EventId, message.Attribute("source")));
    }

    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("APPLICATION/CLOUDEVENTS+JSON ; charset=utf-8")]
    [InlineData("application/cloudevents")]
    [InlineData("application/cloudevents-batch+json")]
    [InlineData(" application/cloudevents+json")]
    public void A_content_type_in_any_case_names_structured_mode(string contentType)
    {
        string body = """{"data":""" + Some.Notification(Some.Record("7.png")) + "}";

        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(Some.Event(body, ("CONTENT-TYPE", contentType))).Kind);
        Assert.Equal(NoticeKind.Rejected, Some.NoticeOf(body).Kind);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("")]
    public void Another_content_type_does_not_hide_a_notification(string contentType) =>
        Assert.Equal(NoticeKind.Upload, Some.NoticeOf(Some.Event(Some.Notification(Some.Record("7.png")), ("content-type", contentType))).Kind);

    [Fact]
    public void The_last_of_several_headers_counts()
    {
        EventMessage message = Some.Event("{}", ("traceparent", "first"), ("TraceParent", "last"), ("ce-traceparent", "attribute"));

        Assert.Equal("last", message.TraceParent);
        Assert.Equal("attribute", (message with { Headers = [message.Headers[2]] }).TraceParent);
        Assert.Null((message with { Headers = [] }).TraceParent);
    }

    [Theory]
    [InlineData("55AED6DCD90281E5", "0055AED6DCD90281E6", -1)]
    [InlineData("0055AED6DCD90281E6", "55AED6DCD90281E5", 1)]
    [InlineData("00ff", "FF", 0)]
    [InlineData("100", "FF", 1)]
    [InlineData("", "000", 0)]
    public void Sequencers_are_compared_after_padding(string left, string right, int order) =>
        Assert.Equal(order, Math.Sign(Sequencer.Compare(left, right)));
}
