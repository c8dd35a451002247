using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DigitFunctions.Core.Page;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Writes what the page's functions answer. Every answer says that it is what it says it is, and is for nobody else to embed.</summary>
internal static class PageAnswers
{
    private const int MostBytes = 256 << 10;

    // Nothing inline, nothing from elsewhere; pictures come by fetch, which can send the function key, and are shown as blobs.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    /// <summary>Begins an answer.</summary>
    public static HttpResponseData Create(HttpRequestData request, HttpStatusCode status, string contentType, string caching = "no-store")
    {
        HttpResponseData response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", contentType);
        response.Headers.Add("Cache-Control", caching);
        response.Headers.Add("Content-Security-Policy", ContentSecurityPolicy);
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Headers.Add("X-Frame-Options", "DENY");
        response.Headers.Add("Referrer-Policy", "no-referrer");
        response.Headers.Add("Cross-Origin-Opener-Policy", "same-origin");
        response.Headers.Add("Cross-Origin-Resource-Policy", "same-origin");
        return response;
    }

    /// <summary>Answers with JSON; what the browser has already is not sent again.</summary>
    public static async Task<HttpResponseData> JsonAsync<T>(
        HttpRequestData request, T body, JsonTypeInfo<T> json, CancellationToken cancellationToken, HttpStatusCode status = HttpStatusCode.OK)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, json);
        string eTag = ETagOf(bytes);
        if (status == HttpStatusCode.OK && EventRequest.Header(request, "If-None-Match") == eTag)
        {
            return Create(request, HttpStatusCode.NotModified, "application/json");
        }

        HttpResponseData response = Create(request, status, "application/json");
        response.Headers.Add("ETag", eTag);
        await response.Body.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>Answers with a drawn picture and its labels; where it cannot be drawn, with the labels and the reason alone.</summary>
    public static async Task<HttpResponseData> ImageAsync(HttpRequestData request, DrawnPicture drawn, CancellationToken cancellationToken)
    {
        HttpResponseData response = drawn.Png is null
            ? Create(request, HttpStatusCode.UnprocessableEntity, "application/problem+json")
            : Create(request, HttpStatusCode.OK, "image/png", "private, max-age=300");

        // Anybody's words: percent-encoded they are ASCII without line breaks.
        response.Headers.Add("Picture-Labels", Uri.EscapeDataString(JsonSerializer.Serialize(drawn.Labels, PageJson.Default.PictureLabelsView)));
        ReadOnlyMemory<byte> body = drawn.Png
            ?? JsonSerializer.SerializeToUtf8Bytes(new ProblemAnswer("The picture cannot be drawn", (int)response.StatusCode, drawn.Fault), PageJson.Default.ProblemAnswer);
        await response.Body.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>Answers with problem details.</summary>
    public static async Task<HttpResponseData> ProblemAsync(HttpRequestData request, HttpStatusCode status, string reason, CancellationToken cancellationToken)
    {
        HttpResponseData response = Create(request, status, "application/problem+json");
        await JsonSerializer.SerializeAsync(response.Body, new ProblemAnswer("The page cannot be served", (int)status, reason), PageJson.Default.ProblemAnswer, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>Answers 503 with the reason where the S3 server stands in the way.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Makes the answer.</param>
    /// <param name="cancellationToken">The invocation's.</param>
    public static async Task<HttpResponseData> OrUnavailableAsync(HttpRequestData request, Task<HttpResponseData> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            return await ProblemAsync(request, HttpStatusCode.ServiceUnavailable, e.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what a person wants and does it, where the request is the page's own; answers 503 where the S3 server stands in the way.</summary>
    /// <param name="request">The request.</param>
    /// <param name="json">What its body is to be.</param>
    /// <param name="write">Does it and makes the answer; it is given <see langword="null"/> where the body is none of that, or too large.</param>
    /// <param name="cancellationToken">The invocation's.</param>
    public static Task<HttpResponseData> WriteAsync<T>(
        HttpRequestData request, JsonTypeInfo<T> json, Func<T?, Task<HttpResponseData>> write, CancellationToken cancellationToken)
        where T : class
    {
        return OrUnavailableAsync(request, GuardedAsync(), cancellationToken);

        async Task<HttpResponseData> GuardedAsync() => PageGuard.RefusalToWrite(request) is { } refusal
            ? await ProblemAsync(request, HttpStatusCode.Forbidden, refusal, cancellationToken).ConfigureAwait(false)
            : await write(await ReadAsync(request, json, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>The eTag of an answer, with its quotes.</summary>
    public static string ETagOf(ReadOnlySpan<byte> body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"";

    private static async Task<T?> ReadAsync<T>(HttpRequestData request, JsonTypeInfo<T> json, CancellationToken cancellationToken)
        where T : class
    {
        byte[] buffer = new byte[MostBytes + 1];
        int count = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return count > MostBytes ? null : JsonSerializer.Deserialize(buffer.AsSpan(0, count), json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
