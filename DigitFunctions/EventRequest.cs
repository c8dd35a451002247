using System.Globalization;
using System.Net;
using System.Text;
using DigitFunctions.Core;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Has the event of an HTTP request handled, for every function that takes events.</summary>
internal static class EventRequest
{
    /// <summary>Reads the request's event and sorts what it announces.</summary>
    public static async Task<EventAnswer> HandleAsync(HttpRequestData request, DigitPipeline pipeline, CancellationToken cancellationToken)
    {
        (EventMessage? message, EventAnswer? refusal) = await ReadAsync(request, EventLimits.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        if (message is null)
        {
            return refusal!;
        }

        try
        {
            return EventAnswer.Of(await pipeline.ProcessAsync([message], ProcessingOptions.LongestForCallers, cancellationToken).ConfigureAwait(false));
        }
        catch (UnfinishedBatchException e)
        {
            return EventAnswer.Of(e);
        }
    }

    /// <summary>Reads a request's body and headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">Bytes of the body at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The message, or why it is not read.</returns>
    public static async Task<(EventMessage? Message, EventAnswer? Refusal)> ReadAsync(HttpRequestData request, long most, CancellationToken cancellationToken)
    {
        if (Header(request, "Content-Encoding") is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return (null, new EventAnswer(HttpStatusCode.UnsupportedMediaType, "The body is compressed (Content-Encoding); it must be sent as it is.", []));
        }

        if (await ReadBodyAsync(request, most, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return (null, new EventAnswer(HttpStatusCode.RequestEntityTooLarge, $"The body is larger than {most} bytes.", []));
        }

        EventHeader[] headers =
            [.. request.Headers.SelectMany(header => header.Value.Select(value => new EventHeader(header.Key, Encoding.UTF8.GetBytes(value))))];
        return (new EventMessage(body, headers), null);
    }

    /// <summary>A header's value without surrounding space; <see langword="null"/> where there is none.</summary>
    public static string? Header(HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out IEnumerable<string>? values) && string.Join(", ", values).Trim() is { Length: > 0 } value ? value : null;

    /// <returns><see langword="null"/> where the body is too large.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequestData request, long most, CancellationToken cancellationToken)
    {
        if (long.TryParse(Header(request, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out long length) && length > most)
        {
            return null;
        }

        // The header may be absent, or wrong.
        var buffer = new MemoryStream();
        byte[] chunk = new byte[16 << 10];
        int count;
        while ((count = await request.Body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + count > most)
            {
                return null;
            }

            buffer.Write(chunk, 0, count);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
