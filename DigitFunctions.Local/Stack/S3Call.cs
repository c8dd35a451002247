using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>One verified request, with its answer.</summary>
internal sealed record S3Call(HttpContext Http, S3Target Target, S3Signed Signed, string RequestId)
{
    private const int LongestDocument = 8 << 20;

    public HttpRequest Request => Http.Request;

    public HttpResponse Response => Http.Response;

    public IHeaderDictionary Headers => Http.Request.Headers;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Reads the body, at most <paramref name="mostBytes"/> of it.</summary>
    /// <exception cref="S3Exception">See <see cref="S3Body.ReadAsync"/>.</exception>
    public Task<S3Body> ReadBodyAsync(long mostBytes) => S3Body.ReadAsync(Request, Signed, mostBytes, Aborted);

    /// <summary>Reads the body as XML.</summary>
    /// <exception cref="S3Exception">MalformedXML, or see <see cref="S3Body.ReadAsync"/>.</exception>
    public async Task<XElement> ReadXmlAsync(string root)
    {
        S3Body body = await ReadBodyAsync(LongestDocument).ConfigureAwait(false);
        try
        {
            using XmlReader reader = XmlReader.Create(new MemoryStream(body.Bytes), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                CheckCharacters = false,
            });
            XElement element = XElement.Load(reader);
            return element.Name.LocalName == root ? element : throw S3Exception.MalformedXml($"The document has to be a {root}.");
        }
        catch (XmlException fault)
        {
            throw S3Exception.MalformedXml(fault.Message);
        }
    }

    /// <summary>Answers with an XML document.</summary>
    /// <param name="root">The name of its root.</param>
    /// <param name="content">Writes what is in the root.</param>
    /// <param name="status">The HTTP status.</param>
    public Task WriteXmlAsync(string root, Action<XmlWriter> content, int status = 200) =>
        S3Xml.WriteAsync(Response, status, root, "http://s3.amazonaws.com/doc/2006-03-01/", content, Aborted);

    /// <summary>Answers without a body.</summary>
    public Task WriteEmptyAsync(int status)
    {
        Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent)
        {
            Response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }

    /// <summary>A count from the query.</summary>
    /// <exception cref="S3Exception">InvalidArgument.</exception>
    public int Count(string parameter, int most)
    {
        string? text = Target[parameter];
        return string.IsNullOrEmpty(text) ? most
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? Math.Min(count, most)
            : throw S3Exception.InvalidArgument($"{parameter} has to be 0 to {int.MaxValue}; it is \"{text}\".");
    }
}

/// <summary>Writes S3's XML.</summary>
internal static class S3Xml
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        // Keys may hold control characters; they are written as references.
        CheckCharacters = false,
    };

    public static async Task WriteAsync(
        HttpResponse response, int status, string root, string? xmlNamespace, Action<XmlWriter> content, CancellationToken cancellationToken)
    {
        MemoryStream document = new();
        using (XmlWriter xml = XmlWriter.Create(document, Settings))
        {
            xml.WriteStartElement(root, xmlNamespace);
            content(xml);
        }

        response.StatusCode = status;
        response.ContentType = "application/xml";
        response.ContentLength = document.Length;
        await response.Body.WriteAsync(document.GetBuffer().AsMemory(0, (int)document.Length), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an element, unless its value is <see langword="null"/>.</summary>
    public static void Element(this XmlWriter xml, string name, string? value)
    {
        if (value is not null)
        {
            xml.WriteElementString(name, value);
        }
    }

    /// <summary>Writes an element with a time.</summary>
    public static void Element(this XmlWriter xml, string name, DateTimeOffset time) => xml.WriteElementString(name, Time(time));

    /// <summary>Writes an element with a number.</summary>
    public static void Element(this XmlWriter xml, string name, long number) =>
        xml.WriteElementString(name, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes an element with a truth value.</summary>
    public static void Element(this XmlWriter xml, string name, bool value) => xml.WriteElementString(name, value ? "true" : "false");

    /// <summary>Writes an element with elements in it.</summary>
    public static void Element(this XmlWriter xml, string name, Action<XmlWriter> content)
    {
        xml.WriteStartElement(name);
        content(xml);
        xml.WriteEndElement();
    }

    /// <summary>A child's text, whatever its namespace; <see langword="null"/> where there is none.</summary>
    public static string? Text(this XElement parent, string name) => parent.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    /// <summary>The children of a name, whatever their namespace.</summary>
    public static IEnumerable<XElement> Children(this XElement parent, string name) => parent.Elements().Where(child => child.Name.LocalName == name);

    /// <summary>A time as S3 and MinIO write it: UTC with milliseconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
