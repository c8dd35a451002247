using System.Buffers;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core;

/// <summary>What both doors do with events: parse, read, transform, predict, move.</summary>
public sealed class DigitPipeline(
    PictureStore store,
    FilingClaims claims,
    PictureMove move,
    BlockedUploads blockedUploads,
    RejectedEvents rejectedEvents,
    IDigitPredictor predictor,
    IOptions<ImagingOptions> imaging,
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

    private const int LongestHoldSeconds = 30;

    private const string AlreadyFiled = "The picture was filed before.";
    private const string SourceStays = "The picture is filed; its source stays, since the server refuses to delete it.";

    private readonly SemaphoreSlim _places = new(processing.Value.MaxConcurrency);

    /// <summary>Kafka's batches in a row that could not be handled.</summary>
    private int _held;

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
    public async Task<IReadOnlyList<UploadOutcome>> ProcessAsync(
        IReadOnlyList<EventMessage> messages, TimeSpan longestBudget, CancellationToken cancellationToken)
    {
        TimeSpan budget = longestBudget < processing.Value.RetryBudget ? longestBudget : processing.Value.RetryBudget;
        var batch = new Batch(budget, processing.Value.Deadline, _places, processing.Value.MaxConcurrency, time, logger);
        UploadWork[] works = [.. messages.SelectMany(Parse)];

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

        if (works.All(work => work.Failure is null))
        {
            foreach (var partition in messages.Select(message => message.Origin).OfType<KafkaOrigin>().GroupBy(origin => (origin.Topic, origin.Partition)))
            {
                claims.ReleaseUntil(partition.MaxBy(origin => origin.Offset)!);
            }
        }

        return await FinishAsync(batch, works, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A batch of Kafka's that is thrown comes again at once; it is held here for some seconds, longer each time, so that nothing spins.</summary>
    private async Task<IReadOnlyList<UploadOutcome>> FinishAsync(Batch batch, UploadWork[] works, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<UploadOutcome> outcomes = batch.Finish(works);
            _held = 0;
            return outcomes;
        }
        catch (UnfinishedBatchException) when (works.Any(work => work.Failure is not null && work.Message.Origin is not null))
        {
            TimeSpan rest = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_held++, 10), LongestHoldSeconds)) - batch.Elapsed;
            TimeSpan left = processing.Value.Deadline - batch.Elapsed;
            rest = rest < left ? rest : left;
            if (rest > TimeSpan.Zero)
            {
                logger.BatchHeld(rest.TotalMilliseconds);
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Sorts pictures of different keys: while parts of them are moved, the next is read and predicted.</summary>
    private async Task SortAsync(Batch batch, IReadOnlyList<UploadWork> round, CancellationToken cancellationToken)
    {
        var moving = new Queue<Task>();
        try
        {
            foreach (UploadWork[] part in Parts(round))
            {
                await ReadAndPredictAsync(batch, part, cancellationToken).ConfigureAwait(false);
                if (moving.Count == PartsMoving)
                {
                    await moving.Dequeue().ConfigureAwait(false);
                }

                moving.Enqueue(ClaimAndMoveAsync(batch, part, cancellationToken));
            }
        }
        finally
        {
            // A cancelled batch ends when its moves have: nothing goes on behind the caller's back.
            await Task.WhenAll(moving).ConfigureAwait(false);
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
            await batch.ForEachAsync("read", part, (i, work, ct) => ReadAndTransformAsync(batch, work, Tensor(tensors, i), ct), cancellationToken).ConfigureAwait(false);
            await PredictAsync(batch, part, tensors, cancellationToken).ConfigureAwait(false);
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

    private async Task ReadAndTransformAsync(Batch batch, UploadWork work, Memory<float> tensor, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        Upload upload = work.Upload!;
        work.Source = await batch.Retries.CallStoreAsync("Read", work.Name, ct => store.ReadAsync(upload, ct), cancellationToken).ConfigureAwait(false);
        if (work.Source is null)
        {
            FiledState filed = await store.FindFiledAsync(upload, batch.Retries, cancellationToken).ConfigureAwait(false);
            if (filed.Status == OutcomeStatus.Missing)
            {
                // Nothing would look for it again: both its absences are asked for once more, of answers that have a word for it.
                work.Source = await batch.Retries.CallStoreAsync("Confirm", work.Name, ct => store.ConfirmMissingAsync(upload, ct), cancellationToken).ConfigureAwait(false);
            }

            if (work.Source is null)
            {
                if (work.Message.Origin is { } origin)
                {
                    claims.ReleaseGone(origin, upload);
                }

                batch.End(work, UploadOutcome.Of(upload, filed.Status, Reason(filed), filed.Key));
                return;
            }
        }

        SourcePicture source = work.Source;
        try
        {
            if (source.Content is not { } content)
            {
                throw new UnreadablePictureException(
                    $"The file has {source.Size} bytes; at most {imaging.Value.MaxBytes} are read (Imaging__MaxBytes).");
            }

            using Telemetry.Stage span = Telemetry.Begin("transform");
            work.Picture = await ImageTransform.TransformAsync(content, imaging.Value, tensor, cancellationToken).ConfigureAwait(false);
        }
        catch (UnreadablePictureException e)
        {
            work.Unreadable = e.Message;
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // A defect, of ours or of the decoder: these bytes will meet it again.
            work.IsOwnFault = true;
            throw;
        }

        work.PreprocessTime = time.GetElapsedTime(start);
    }

    private static string Reason(FiledState filed) => filed.Status switch
    {
        OutcomeStatus.AlreadySorted => AlreadyFiled,
        OutcomeStatus.Superseded => "The picture is gone, and another one of its key is filed.",
        _ => "There is no such object, and no picture of its key is filed.",
    };

    /// <summary>One call for all pictures of the part.</summary>
    private async Task PredictAsync(Batch batch, UploadWork[] part, float[] tensors, CancellationToken cancellationToken)
    {
        var readable = new List<UploadWork>(part.Length);
        for (int i = 0; i < part.Length; i++)
        {
            if (!part[i].IsOver && part[i].Unreadable is null)
            {
                Tensor(tensors, i).CopyTo(Tensor(tensors, readable.Count));
                readable.Add(part[i]);
            }
        }

        if (readable.Count == 0)
        {
            return;
        }

        long start = time.GetTimestamp();
        float[]?[] others = [.. readable.Select(work => work.Picture.OtherReading)];
        Memory<float> filled = tensors.AsMemory(0, readable.Count * ImageTransform.TensorLength);
        using Telemetry.Stage span = Telemetry.Begin("predict", readable);
        try
        {
            IReadOnlyList<DigitPrediction> predictions = await batch.Retries.RunAsync(
                "Predict", $"{readable.Count} pictures", ct => DoubtfulPictures.PredictAsync(predictor, filled, others, ct), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < readable.Count; i++)
            {
                readable[i].Prediction = predictions[i];
                readable[i].PredictTime = time.GetElapsedTime(start);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            span.Fail(e);
            bool answersOthers = e is ImplausiblePredictionException or PredictorRefusedException
                && await PredictEachAsync(readable, filled, cancellationToken).ConfigureAwait(false);
            foreach (UploadWork work in readable.Where(work => work.Prediction is null))
            {
                work.IsOwnFault = answersOthers;
                Batch.Fail(work, e);
            }
        }
    }

    /// <summary>Finds the pictures for whose sake the predictor refuses a call, or answers what cannot be true: the others are not to wait for them.</summary>
    /// <returns>Whether it answers for any picture at all; then what has no prediction is at fault itself.</returns>
    private async Task<bool> PredictEachAsync(List<UploadWork> works, Memory<float> tensors, CancellationToken cancellationToken)
    {
        for (int i = 0; works.Count > 1 && i < works.Count; i++)
        {
            works[i].Prediction = await TryAsync(tensors.Slice(i * ImageTransform.TensorLength, ImageTransform.TensorLength)).ConfigureAwait(false);
        }

        // A blank picture is a probe as good as another.
        return works.Exists(work => work.Prediction is not null)
            || await TryAsync(new float[ImageTransform.TensorLength]).ConfigureAwait(false) is not null;

        async Task<DigitPrediction?> TryAsync(ReadOnlyMemory<float> tensor)
        {
            try
            {
                return (await predictor.PredictAsync(tensor, cancellationToken).ConfigureAwait(false))[0];
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private async Task ClaimAndMoveAsync(Batch batch, UploadWork[] part, CancellationToken cancellationToken)
    {
        foreach (UploadWork work in part.Where(work => !work.IsOver))
        {
            Plan(batch, work);
        }

        await Task.WhenAll(part.Where(work => !work.IsOver).GroupBy(work => work.ClaimKey).Select(works => ClaimAsync(batch, works, cancellationToken))).ConfigureAwait(false);
        await batch.ForEachAsync("move", part, (_, work, ct) => MoveAsync(batch, work, ct), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says where a picture goes, as far as this invocation is concerned.</summary>
    private void Plan(Batch batch, UploadWork work)
    {
        Upload upload = work.Upload!;
        SourcePicture source = work.Source!;
        if (!PictureMove.CanMove(source))
        {
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.Unreadable, $"{work.Unreadable} It is too large to be copied and stays where it is."));
            return;
        }

        work.Review = work.Prediction is { } answer ? ReviewReason.Find(work.Picture, answer, sorting.Value) : null;
        string place = work.Prediction switch
        {
            null => FilingPlace.Unreadable,
            { } sure when sure.Confidence >= sorting.Value.MinConfidence && work.Review is null => FilingPlace.OfDigit(sure.Digit),
            _ => FilingPlace.Review,
        };
        work.Claim = new FilingClaim(
            upload.Bucket, upload.Key, source.ETag, place + sorting.Value.PathOf(upload),
            [.. work.Prediction is { } seen ? PictureLabels.Of(seen, work.Review) : PictureLabels.Of(work.Unreadable!), .. PictureLabels.Of(work.Message, upload.TraceParent)],
            // A picture that the event does not name has an event of its own, which comes later: until then the claim holds.
            work.Message.Origin is { } origin && upload.ETag == source.ETag ? origin.Offset : FilingClaim.OfNoOffset);
    }

    /// <summary>One claim for all pictures of the part that came from the same partition.</summary>
    private async Task ClaimAsync(Batch batch, IGrouping<string, UploadWork> works, CancellationToken cancellationToken)
    {
        UploadWork[] all = [.. works];
        try
        {
            (IReadOnlyList<FilingClaim> held, long since) = await batch.Retries.CallStoreAsync(
                "Claim", works.Key, ct => claims.ClaimAsync(works.Key, [.. all.Select(work => work.Claim!)], ct), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < all.Length; i++)
            {
                // By HTTP repeating is common, and not to be told.
                all[i].MayBeFiled = all[i].Message.Origin is null || all[i].Source!.ReadAt <= since;
                if (all[i].Claim!.Target != held[i].Target)
                {
                    Adopt(all[i], held[i]);
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (UploadWork work in all)
            {
                Batch.Fail(work, e);
            }
        }
    }

    /// <summary>An earlier worker has said where the picture goes; so that is what it is, whatever was recognised now.</summary>
    private static void Adopt(UploadWork work, FilingClaim claim)
    {
        work.Claim = claim;
        work.IsAdopted = true;
        work.Prediction = PictureLabels.Read(claim.Labels);
        string? reason = claim.Labels.FirstOrDefault(label => label.Key == PictureLabels.Reason).Value;
        work.Unreadable = work.Prediction is null ? reason ?? "" : null;
        work.Review = work.Prediction is null ? null : reason;
    }

    private async Task MoveAsync(Batch batch, UploadWork work, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        Upload upload = work.Upload!;
        SourcePicture source = work.Source!;
        string target = work.Claim!.Target;
        if (work.MayBeFiled && await store.FindFiledAsync(source, batch.Retries, cancellationToken).ConfigureAwait(false) is { } place)
        {
            MoveResult finished = await batch.Retries.CallStoreAsync("Finish", work.Name, ct => move.FinishAsync(source, ct), cancellationToken).ConfigureAwait(false);
            await ReleaseAsync(work, cancellationToken).ConfigureAwait(false);
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.AlreadySorted, finished == MoveResult.SourceStays ? SourceStays : AlreadyFiled, place));
            return;
        }

        MoveResult result = await batch.Retries.CallStoreAsync(
            "Move", work.Name, ct => move.MoveAsync(source, target, work.Claim.Labels, ct), cancellationToken).ConfigureAwait(false);
        await ReleaseAsync(work, cancellationToken).ConfigureAwait(false);
        if (result == MoveResult.Superseded)
        {
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.Superseded, "A newer picture of its key has taken its place.", target));
            return;
        }

        OutcomeStatus status = result == MoveResult.AlreadyThere ? OutcomeStatus.AlreadySorted
            : target.StartsWith(FilingPlace.Review, StringComparison.Ordinal) ? OutcomeStatus.Review : OutcomeStatus.Sorted;
        UploadOutcome outcome = work.Prediction is { } prediction
            ? UploadOutcome.Of(upload, status, prediction, target) with { Predictions = work.IsAdopted ? null : prediction.Scores, Reason = work.Review }
            : UploadOutcome.Of(upload, OutcomeStatus.Unreadable, work.Unreadable, target);
        batch.End(work, result == MoveResult.SourceStays ? outcome with { Reason = $"{work.Unreadable ?? work.Review} {SourceStays}".TrimStart() } : outcome);
        logger.Timed(
            upload.Bucket, upload.Key, work.PreprocessTime.TotalMilliseconds, work.PredictTime.TotalMilliseconds,
            time.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task ReleaseAsync(UploadWork work, CancellationToken cancellationToken)
    {
        if (work.Message.Origin is null)
        {
            await claims.RemoveAsync(work.ClaimKey, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            claims.Release(work.ClaimKey, work.Claim!);
        }
    }

    private static Memory<float> Tensor(float[] tensors, int index) =>
        tensors.AsMemory(index * ImageTransform.TensorLength, ImageTransform.TensorLength);
}
