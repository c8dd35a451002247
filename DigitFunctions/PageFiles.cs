using System.Net;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>The files of the folder <c>Page</c>, which are built into the assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "Page/";
    private const string Home = "page.html";

    private static readonly Dictionary<string, PageFile> Files = typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(name => name[Folder.Length..], Read);

    /// <summary>Answers with a file.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The file's name; <see langword="null"/> for the page itself.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, string? name, CancellationToken cancellationToken)
    {
        if (!Files.TryGetValue(string.IsNullOrEmpty(name) ? Home : name, out PageFile? file))
        {
            return await PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "The page has no such file.", cancellationToken).ConfigureAwait(false);
        }

        bool isKnown = EventRequest.Header(request, "If-None-Match") == file.ETag;
        HttpResponseData response = PageAnswers.Create(request, isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK, file.ContentType, "no-cache");
        response.Headers.Add("ETag", file.ETag);
        if (!isKnown)
        {
            await response.Body.WriteAsync(file.Bytes, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private static PageFile Read(string name)
    {
        using Stream resource = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        string type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        return new PageFile(bytes, type, PageAnswers.ETagOf(bytes));
    }

    private sealed record PageFile(byte[] Bytes, string ContentType, string ETag);
}
