using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amazon.S3;
using DigitFunctions.Core.Retries;

namespace DigitFunctions.Core.Storage;

/// <summary>Keeps account of what the S3 server lets us do in each bucket, and of what it refuses to everybody.</summary>
/// <remarks>A call that succeeds is evidence that a call before it was refused for its object's sake.</remarks>
public sealed class StoreAccess(TimeProvider time)
{
    /// <summary>How long a refusal is told after it was last met: a held batch comes again sooner, and nobody asks when there is none.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(StoreOperation, string), StrongBox<long>> _succeeded = new();
    private readonly ConcurrentDictionary<(StoreOperation Operation, string Bucket), (string Reason, long Met)> _refusals = new();
    private long _calls;

    /// <summary>The time, counted in calls: what began earlier has a smaller number.</summary>
    internal long Now() => Interlocked.Increment(ref _calls);

    /// <summary>Makes a call and notes how it ends.</summary>
    /// <exception cref="StoreRefusedException">The server refused for good.</exception>
    internal async Task<T> CallAsync<T>(StoreOperation operation, string bucket, string key, Func<Task<T>> call)
    {
        long began = Now();
        try
        {
            T answer = await call().ConfigureAwait(false);
            NoteSuccess(operation, bucket, began);
            return answer;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchKey" or "NoSuchVersion" || S3Answers.MeansConditionFailed(e))
        {
            // An answer like any other.
            NoteSuccess(operation, bucket, began);
            throw;
        }
        catch (Exception e) when (e is AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" })
        {
            // Whoever called knows whether this is S3's word.
            throw;
        }
        catch (Exception e) when (!RetryBudget.IsTransient(e))
        {
            throw new StoreRefusedException(operation, bucket, key, began, e);
        }
    }

    /// <summary>Whether the same operation on the same bucket succeeded for a call that began after the refused one.</summary>
    internal bool SucceededSince(StoreRefusedException refused) =>
        _succeeded.TryGetValue((refused.Operation, refused.Bucket), out StrongBox<long>? latest) && Volatile.Read(ref latest.Value) > refused.Began;

    /// <summary>Notes that an operation is refused to everybody.</summary>
    internal void NoteRefusal(StoreRefusedException refused) =>
        _refusals[(refused.Operation, refused.Bucket)] = (refused.Message, time.GetTimestamp());

    /// <summary>What is refused in a bucket for every object; <see langword="null"/> where nothing is known to be.</summary>
    internal string? RefusalIn(string bucket)
    {
        string[] reasons =
        [
            .. _refusals.Where(refusal => refusal.Key.Bucket == bucket && time.GetElapsedTime(refusal.Value.Met) < Memory).Select(refusal => refusal.Value.Reason),
        ];
        return reasons.Length == 0 ? null : $"Batches are held, since the S3 server refuses every object's call: {string.Join(" ", reasons)}";
    }

    private void NoteSuccess(StoreOperation operation, string bucket, long began)
    {
        // Every call ends here: what many write at once is the number, not the dictionary.
        StrongBox<long> latest = _succeeded.GetOrAdd((operation, bucket), _ => new StrongBox<long>());
        for (long known = Volatile.Read(ref latest.Value); known < began;)
        {
            long met = Interlocked.CompareExchange(ref latest.Value, began, known);
            known = met == known ? began : met;
        }

        if (!_refusals.IsEmpty)
        {
            _refusals.TryRemove((operation, bucket), out _);
        }
    }
}
