using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Tells the page's own requests from those that another site makes a browser send.</summary>
/// <remarks>
/// A browser sends a header of one's own to another origin only after a preflight, which these functions do not answer; and it says in <c>Sec-Fetch-Site</c>
/// (W3C Fetch Metadata) and <c>Origin</c> where a request comes from, which no script can change. Clients that are no browsers send neither.
/// </remarks>
internal static class PageGuard
{
    /// <summary>The header that writing demands; any value will do.</summary>
    public const string Header = "X-DigitFunctions";

    /// <summary>Why a request may not read; <see langword="null"/> where it may.</summary>
    public static string? RefusalToRead(HttpRequestData request) => EventRequest.Header(request, "Sec-Fetch-Site") switch
    {
        null or "same-origin" or "none" => null,
        _ => "Another site may not read what the page shows.",
    };

    /// <summary>Why a request may not write; <see langword="null"/> where it may.</summary>
    public static string? RefusalToWrite(HttpRequestData request)
    {
        if (EventRequest.Header(request, Header) is null)
        {
            return $"The header {Header} is missing.";
        }

        // An old browser knows Origin alone. Behind a proxy the scheme, and so the port, may be another one than the client's.
        bool isForeign = EventRequest.Header(request, "Sec-Fetch-Site") is { } site ? site is not "same-origin"
            : EventRequest.Header(request, "Origin") is { } origin && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Host.Equals(request.Url.Host, StringComparison.OrdinalIgnoreCase));
        return isForeign ? "Another site may not write for the page's user." : null;
    }
}
