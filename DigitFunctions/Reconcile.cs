using System.Diagnostics.CodeAnalysis;
using System.Net;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Reconciling;
using DigitFunctions.Core.Retries;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Sorts uploads whose event was lost, some thousands a request: the answer says where the next request goes on.</summary>
public sealed class Reconcile(Reconciler reconciler, TimeProvider time)
{
    private const int MostObjects = 5_000;

    // Gateways cut a request off after a minute or so; the part that is begun before has its time as well.
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(30);

    /// <summary>Handles one request.</summary>
    [Function(nameof(Reconcile))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/reconcile")] HttpRequestData request, CancellationToken cancellationToken)
    {
        if (!TryRead(request, out ReconcileRequest? asked, out string? fault))
        {
            return await HttpAnswers.ProblemAsync(request, HttpStatusCode.BadRequest, fault, cancellationToken).ConfigureAwait(false);
        }

        var done = new Done(asked.IsDryRun);
        try
        {
            await HandleAsync(asked, done, cancellationToken).ConfigureAwait(false);
            return done.Last is { IsGivenUp: true } last
                ? await HttpAnswers.UnavailableAsync(request, last.Failures[0].Exception.Message, cancellationToken, done.Answer()).ConfigureAwait(false)
                : await HttpAnswers.WriteAsync(request, new EventAnswer(HttpStatusCode.OK, null, []), "application/json", done.Answer(), AnswerJson.Default.ReconcileAnswer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            // What was done until then is told all the same.
            return await HttpAnswers.UnavailableAsync(request, e.Message, cancellationToken, done.Answer()).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(ReconcileRequest asked, Done done, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        await foreach (ReconciledPart part in reconciler.RunAsync(asked, ProcessingOptions.LongestForCallers, cancellationToken).ConfigureAwait(false))
        {
            done.Add(part);
            if (done.Counts.Seen >= MostObjects || time.GetElapsedTime(start) >= LongestTime)
            {
                break;
            }
        }
    }

    private bool TryRead(HttpRequestData request, [NotNullWhen(true)] out ReconcileRequest? asked, [NotNullWhen(false)] out string? fault)
    {
        (string? bucket, string? olderThan, string? dryRun, string? continuation) =
            (request.Query["bucket"], request.Query["olderThan"], request.Query["dryRun"], request.Query["continuation"]);
        asked = null;
        var read = new ReconcileRequest();
        if (bucket is not null && !reconciler.IsSource(bucket))
        {
            fault = "bucket must be one of Sorting__SourceBuckets.";
            return false;
        }

        TimeSpan age = read.OlderThan;
        if (olderThan is not null && !Age.TryParse(olderThan, out age))
        {
            fault = $"olderThan must be {Age.Form}.";
            return false;
        }

        bool isDryRun = false;
        if (dryRun is not null && !bool.TryParse(dryRun, out isDryRun))
        {
            fault = "dryRun must be true or false.";
            return false;
        }

        ReconcilePlace? after = null;
        if (continuation is not null && !(ReconcilePlace.TryParse(continuation, out after) && reconciler.IsSource(after.Bucket) && after.Bucket == (bucket ?? after.Bucket)))
        {
            fault = "continuation must be that of an earlier answer for the same buckets.";
            return false;
        }

        fault = null;
        asked = read with { Bucket = bucket, OlderThan = age, IsDryRun = isDryRun, After = after };
        return true;
    }

    /// <summary>How far a request came.</summary>
    private sealed class Done(bool isDryRun)
    {
        private readonly List<WaitingUpload> _waiting = [];

        public ReconcileCounts Counts { get; } = new();

        public ReconciledPart? Last { get; private set; }

        public void Add(ReconciledPart part)
        {
            Counts.Add(part);
            Last = part;
            _waiting.AddRange(isDryRun ? part.Waiting.Select(upload => new WaitingUpload(upload.Bucket, upload.Key)) : []);
        }

        public ReconcileAnswer Answer() => new(
            Counts.Seen, Counts.Young, Counts.Waiting, Counts.Refused, Counts.Failed,
            Enum.GetValues<OutcomeStatus>().Where(status => Counts[status] > 0).ToDictionary(status => status, status => Counts[status]),
            isDryRun ? _waiting : null, Last?.Continuation?.ToString());
    }
}
