using System.Diagnostics;
using Amazon.Runtime;

namespace DigitFunctions.Core.Storage;

/// <summary>Makes the S3 client's HTTP client, in which a time-out covers an answer whole.</summary>
/// <remarks>
/// The SDK's own time-out ends with an answer's headers, and the SDK reads the body of a refusal without any: a server that stops in the middle of one would hold the
/// call for ever. Here all bodies are read within the time, except that of a GET that succeeded: whoever reads that watches the time.
/// </remarks>
/// <param name="timeout">How long one call may take.</param>
internal sealed class S3HttpClientFactory(TimeSpan timeout) : HttpClientFactory
{
    /// <inheritdoc/>
    /// <remarks>The SDK keeps it as long as the S3 client lives.</remarks>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new WholeAnswer(timeout)) { Timeout = Timeout.InfiniteTimeSpan };

    private sealed class WholeAnswer(TimeSpan timeout) : DelegatingHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Calls have spans, and send no header of them: what comes after the signing is none of S3's business.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        // A new address of the server is found within this time.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            either.CancelAfter(timeout);
            HttpResponseMessage? response = null;
            try
            {
                response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
                if (request.Method != HttpMethod.Get || !response.IsSuccessStatusCode)
                {
                    await response.Content.LoadIntoBufferAsync(either.Token).ConfigureAwait(false);
                }

                return response;
            }
            catch (Exception e)
            {
                response?.Dispose();
                if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    throw new TimeoutException($"The S3 server at {request.RequestUri?.Authority} did not answer, or not whole, within {timeout.TotalSeconds} s (S3__Timeout).", e);
                }

                throw;
            }
        }
    }
}
