using System.Buffers;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core;

/// <summary>What both functions do with events: parse, read, transform, predict, move.</summary>
public sealed class DigitPipeline(
    ReadStage reading,
    PredictStage predicting,
    MoveStage moving,
    BlockedUploads blockedUploads,
    RejectedEvents rejectedEvents,
    HandledRecords handledRecords,
    HeldBatches heldBatches,
    FilingClaims claims,
    IOptions<SortingOptions> sorting,
    IOptions<ProcessingOptions> processing,
    LongestStep longestStep,
    TimeProvider time,
    ILogger<DigitPipeline> logger) : IDisposable
{
    /// <summary>Pictures that are predicted in one call.</summary>
    private const int MaxPictures = 64;

    /// <summary>Of a long batch the first call has fewer: nothing can be moved until it is answered.</summary>
    private const int FirstPictures = 16;

    /// <summary>Parts of a batch that are moved while the next is read: with one alone, all would wait for its slowest picture.</summary>
    private const int PartsMoving = 2;

    private readonly SemaphoreSlim _places = new(processing.Value.MaxConcurrency);

    /// <summary>Handles a batch of events. Each upload stands alone: one that fails does not keep the others from being sorted.</summary>
    /// <param name="messages">The events, in the order in which they came.</param>
    /// <param name="cancellationToken">Stops between two steps; what is not reported as done is done again when the batch comes again.</param>
    /// <returns>The outcomes, in the order of the uploads.</returns>
    /// <exception cref="UnfinishedBatchException">Something could not be handled within the retry budget.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<IReadOnlyList<UploadOutcome>> ProcessAsync(IReadOnlyList<EventMessage> messages, CancellationToken cancellationToken) =>
        ProcessAsync(messages, processing.Value.RetryBudget, cancellationToken);

    /// <summary>Handles a batch of events for somebody who does not wait as long as <see cref="ProcessingOptions.RetryBudget"/>.</summary>
    /// <param name="messages">The events, in the order in which they came.</param>
    /// <param name="longestBudget">How long at most what fails for a while is tried again; the settings' budget where that is shorter.</param>
    /// <param name="cancellationToken">Stops between two steps; what is not reported as done is done again when the batch comes again.</param>
    /// <returns>The outcomes, in the order of the uploads.</returns>
    /// <exception cref="UnfinishedBatchException">Something could not be handled within the retry budget.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<IReadOnlyList<UploadOutcome>> ProcessAsync(IReadOnlyList<EventMessage> messages, TimeSpan longestBudget, CancellationToken cancellationToken) =>
        ProcessAsync([.. messages.SelectMany(Parse)], messages, longestBudget, cancellationToken);

    /// <summary>Handles uploads that no event announced, as if one had come by HTTP.</summary>
    /// <param name="uploads">Objects in the source buckets, with their eTags.</param>
    /// <param name="longestBudget">How long at most what fails for a while is tried again; the settings' budget where that is shorter.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The outcomes, in the order of the uploads.</returns>
    /// <exception cref="UnfinishedBatchException">Something could not be handled within the retry budget.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal Task<IReadOnlyList<UploadOutcome>> ProcessAsync(IReadOnlyList<Upload> uploads, TimeSpan longestBudget, CancellationToken cancellationToken) =>
        ProcessAsync([.. uploads.Select(upload => new UploadWork(UploadNotice.Of(upload), new EventMessage(null, [])) { Upload = upload })], [], longestBudget, cancellationToken);

    private async Task<IReadOnlyList<UploadOutcome>> ProcessAsync(
        UploadWork[] works, IReadOnlyList<EventMessage> messages, TimeSpan longestBudget, CancellationToken cancellationToken)
    {
        TimeSpan budget = longestBudget < processing.Value.RetryBudget ? longestBudget : processing.Value.RetryBudget;
        var batch = new Batch(budget, processing.Value.Deadline, _places, processing.Value.MaxConcurrency, time, logger);
        handledRecords.Recall(works);

        // What began before the deadline is given the time of the longest step, and no more.
        using var stop = new CancellationTokenSource(processing.Value.Deadline + longestStep.Value, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellationToken);
        try
        {
            await HandleAsync(batch, works, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            foreach (UploadWork work in works.Where(work => !work.IsOver))
            {
                Batch.Fail(work, new TimeoutException($"The invocation did not end within {processing.Value.Deadline} (Processing__Deadline) and its longest step, {longestStep.Value}."));
            }
        }

        handledRecords.Note(works);
        if (works.All(work => work.Failure is null))
        {
            foreach (var partition in messages.Select(message => message.Origin).OfType<KafkaOrigin>().GroupBy(origin => (origin.Topic, origin.Partition)))
            {
                claims.ReleaseUntil(partition.MaxBy(origin => origin.Offset)!);
            }
        }

        return await heldBatches.FinishAsync(batch, works, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task HandleAsync(Batch batch, UploadWork[] works, CancellationToken cancellationToken)
    {
        foreach (IReadOnlyList<UploadWork> round in UploadWork.Rounds(works))
        {
            await SortAsync(batch, round, cancellationToken).ConfigureAwait(false);
        }

        await blockedUploads.FindAsync(batch, works, cancellationToken).ConfigureAwait(false);
        await rejectedEvents.SetAsideAsync(batch, works, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sorts pictures of different keys: while parts of them are moved, the next is read and predicted.</summary>
    private async Task SortAsync(Batch batch, IReadOnlyList<UploadWork> round, CancellationToken cancellationToken)
    {
        var filing = new Queue<Task>();
        try
        {
            foreach (UploadWork[] part in Parts(round))
            {
                await ReadAndPredictAsync(batch, part, cancellationToken).ConfigureAwait(false);
                if (filing.Count == PartsMoving)
                {
                    await filing.Dequeue().ConfigureAwait(false);
                }

                filing.Enqueue(moving.FileAsync(batch, part, cancellationToken));
            }
        }
        finally
        {
            // A cancelled batch ends when its moves have: nothing goes on behind the caller's back.
            await Task.WhenAll(filing).ConfigureAwait(false);
        }
    }

    private static IEnumerable<UploadWork[]> Parts(IReadOnlyList<UploadWork> round)
    {
        int first = round.Count > MaxPictures ? FirstPictures : 0;
        return round.Take(first).Chunk(MaxPictures).Concat(round.Skip(first).Chunk(MaxPictures));
    }

    private async Task ReadAndPredictAsync(Batch batch, UploadWork[] part, CancellationToken cancellationToken)
    {
        float[] tensors = ArrayPool<float>.Shared.Rent(part.Length * ImageTransform.TensorLength);
        try
        {
            await batch.ForEachAsync("read", part, (i, work, ct) => reading.ReadAsync(batch, work, ImageTransform.TensorOf(tensors, i), ct), cancellationToken).ConfigureAwait(false);
            await predicting.PredictAsync(batch, part, tensors, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(tensors);
        }
    }

    private IEnumerable<UploadWork> Parse(EventMessage message)
    {
        foreach (UploadNotice notice in UploadEventParser.Parse(message))
        {
            if (notice.Remark is { } remark)
            {
                logger.OddEnvelope(remark);
            }

            yield return notice.Upload switch
            {
                { } upload when sorting.Value.SourceBuckets.Contains(upload.Bucket) =>
                    new UploadWork(notice, message) { Upload = upload },
                { } upload => new UploadWork(
                    UploadNotice.Skipped($"The bucket {upload.Bucket} is not among Sorting__SourceBuckets.", upload.Bucket, upload.Key), message),
                null => new UploadWork(notice, message),
            };
        }
    }

}
