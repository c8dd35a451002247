using System.Net;
using System.Text;
using DigitFunctions.Core;
using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>The HTTP door: sorts the pictures that one event, or a batch of CloudEvents, announces.</summary>
public sealed class ClassifyFromHttp(DigitPipeline pipeline)
{
    private const int MaxBodyBytes = 1 << 20;

    /// <summary>Handles one request.</summary>
    [Function(nameof(ClassifyFromHttp))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/events")] HttpRequestData request, CancellationToken cancellationToken)
    {
        if (await ReadBodyAsync(request.Body, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return await HttpAnswers.ProblemAsync(
                request, HttpStatusCode.RequestEntityTooLarge, $"The body is larger than {MaxBodyBytes} bytes.", [], cancellationToken).ConfigureAwait(false);
        }

        EventHeader[] headers =
            [.. request.Headers.SelectMany(header => header.Value.Select(value => new EventHeader(header.Key, Encoding.UTF8.GetBytes(value))))];
        try
        {
            IReadOnlyList<UploadOutcome> outcomes =
                await pipeline.ProcessAsync([new EventMessage(body, headers)], cancellationToken).ConfigureAwait(false);
            return await HttpAnswers.OutcomesAsync(request, outcomes, cancellationToken).ConfigureAwait(false);
        }
        catch (UnfinishedBatchException e)
        {
            return await HttpAnswers.TryLaterAsync(request, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns><see langword="null"/> where the body is too large.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        byte[] chunk = new byte[16 << 10];
        int count;
        while ((count = await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + count > MaxBodyBytes)
            {
                return null;
            }

            buffer.Write(chunk, 0, count);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
