using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Local.Hosting;

/// <summary>What a function answers; it goes out after the function has ended.</summary>
internal sealed class LocalHttpResponseData(FunctionContext context) : HttpResponseData(context)
{
    private readonly LocalCookies _cookies = new();

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = new();

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => _cookies;

    /// <summary>Moves the answer into Kestrel's response.</summary>
    public static async Task MoveAsync(HttpResponseData from, HttpResponse to, CancellationToken cancellationToken)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach ((string name, IEnumerable<string> values) in from.Headers)
        {
            // Kestrel frames the body itself.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers.Append(name, values.ToArray());
            }
        }

        foreach (IHttpCookie cookie in (from.Cookies as LocalCookies)?.All ?? [])
        {
            to.Cookies.Append(cookie.Name, cookie.Value, Options(cookie));
        }

        bool bodyless = HttpMethods.IsHead(to.HttpContext.Request.Method) || to.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified or < 200;
        if (bodyless)
        {
            return;
        }

        if (from.Body.CanSeek)
        {
            from.Body.Position = 0;
            to.ContentLength = from.Body.Length;
        }

        await from.Body.CopyToAsync(to.Body, cancellationToken);
    }

    private static CookieOptions Options(IHttpCookie cookie) => new()
    {
        Domain = cookie.Domain,
        Expires = cookie.Expires,
        HttpOnly = cookie.HttpOnly ?? false,
        MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Path = cookie.Path,
        Secure = cookie.Secure ?? false,
        SameSite = cookie.SameSite switch
        {
            SameSite.Lax => SameSiteMode.Lax,
            SameSite.Strict => SameSiteMode.Strict,
            SameSite.ExplicitNone => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    };

    private sealed class LocalCookies : HttpCookies
    {
        public List<IHttpCookie> All { get; } = [];

        public override void Append(string name, string value) => All.Add(new HttpCookie(name, value));

        public override void Append(IHttpCookie cookie) => All.Add(cookie);

        public override IHttpCookie CreateNew() => new HttpCookie("", "");
    }
}
