using System.Globalization;
using System.Text.Json;
using DigitFunctions.Local.Hosting.Rpc;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace DigitFunctions.Local.Hosting;

/// <summary>HTTP requests and answers as the Functions host and its worker write them: <c>RpcHttp</c>.</summary>
internal static class RpcHttpMessages
{
    /// <summary>The invocation of a function for a request.</summary>
    /// <param name="function">The function.</param>
    /// <param name="request">The request, whose body was read.</param>
    /// <param name="body">The body.</param>
    /// <param name="fallback">The address where the client's Host header is none.</param>
    public static InvocationRequest Request(HostedFunction function, HttpRequest request, ByteString body, Uri fallback)
    {
        var http = new RpcHttp
        {
            Method = request.Method,
            Url = Uri.TryCreate(request.GetEncodedUrl(), UriKind.Absolute, out Uri? url) ? url.AbsoluteUri : new Uri(fallback, request.GetEncodedPathAndQuery()).AbsoluteUri,
        };
        Add(http.NullableHeaders, request.Headers.Select(header => (header.Key.ToLowerInvariant(), header.Value.ToString())));
        Add(http.NullableQuery, request.Query.Select(query => (query.Key, query.Value.ToString())));
        Add(http.NullableParams, request.RouteValues.Select(value => (value.Key, Text(value.Value))));
        if (!body.IsEmpty)
        {
            http.Body = new TypedData { Bytes = body };
        }

        var invocation = new InvocationRequest
        {
            InputData = { new ParameterBinding { Name = function.Parameter, Data = new TypedData { Http = http } } },
            TraceContext = HostTrace.Read(request.Headers.TraceParent, request.Headers.TraceState),
        };

        // In the host's order: what a route names wins over a query of the same name.
        foreach ((string name, string value) in request.Query.Select(query => (query.Key, query.Value.ToString())).Concat(request.RouteValues.Select(value => (value.Key, Text(value.Value)))))
        {
            invocation.TriggerMetadata[name] = new TypedData { String = value };
        }

        invocation.TriggerMetadata["Headers"] = new TypedData { Json = JsonSerializer.Serialize(request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())) };
        invocation.TriggerMetadata["Query"] = new TypedData { Json = JsonSerializer.Serialize(request.Query.ToDictionary(query => query.Key, query => query.Value.ToString())) };
        return invocation;
    }

    /// <summary>Writes what a function answered.</summary>
    /// <param name="answer">What the function returned; <see langword="null"/> where it returned nothing, which is 204.</param>
    /// <param name="response">Where to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task WriteAsync(RpcHttp? answer, HttpResponse response, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.StatusCode = int.TryParse(answer.StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : StatusCodes.Status200OK;
        foreach ((string name, string value) in answer.Headers)
        {
            // Kestrel frames the body itself.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.Append(name, value);
            }
        }

        foreach (RpcHttpCookie cookie in answer.Cookies)
        {
            response.Cookies.Append(cookie.Name, cookie.Value, Options(cookie));
        }

        if (HttpMethods.IsHead(response.HttpContext.Request.Method) || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified or < 200)
        {
            return;
        }

        ReadOnlyMemory<byte> body = (answer.Body?.Bytes ?? ByteString.Empty).Memory;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }

    private static void Add(Google.Protobuf.Collections.MapField<string, NullableString> to, IEnumerable<(string Name, string Value)> values)
    {
        foreach ((string name, string value) in values)
        {
            to[name] = new NullableString { Value = value };
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static CookieOptions Options(RpcHttpCookie cookie) => new()
    {
        Domain = cookie.Domain?.Value,
        Path = cookie.Path?.Value,
        Expires = cookie.Expires?.Value?.ToDateTimeOffset(),
        HttpOnly = cookie.HttpOnly?.Value ?? false,
        Secure = cookie.Secure?.Value ?? false,
        MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds.Value) : null,
        SameSite = cookie.SameSite switch
        {
            RpcHttpCookie.Types.SameSite.Lax => SameSiteMode.Lax,
            RpcHttpCookie.Types.SameSite.Strict => SameSiteMode.Strict,
            RpcHttpCookie.Types.SameSite.ExplicitNone => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    };
}
