using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Local.Hosting;

/// <summary>A request that came in through the <see cref="HttpDoor"/>. As in Azure, its body is read whole before the function is called, and can be read again.</summary>
internal sealed class LocalHttpRequestData(FunctionContext context, HttpRequest request, Stream body, Uri door) : HttpRequestData(context)
{
    public override Stream Body => body;

    public override HttpHeadersCollection Headers { get; } =
        new(request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.OfType<string>())));

    public override IReadOnlyCollection<IHttpCookie> Cookies { get; } = [.. request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

    /// <summary>The address as the client wrote it; the door's own where the client's Host header is none.</summary>
    public override Uri Url { get; } = Uri.TryCreate(request.GetEncodedUrl(), UriKind.Absolute, out Uri? url) ? url : new Uri(door, request.GetEncodedPathAndQuery());

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new LocalHttpResponseData(FunctionContext);
}
