using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Observability;

/// <summary>What one thing that the application depends on answered when it was last asked.</summary>
/// <param name="Name">What was asked: <c>bucket digits</c>, <c>predictor</c>, or a <see cref="HealthQuestion"/>'s name.</param>
/// <param name="Healthy">Whether it can be used.</param>
/// <param name="Detail">What it said, or what is wrong.</param>
public sealed record HealthFinding(string Name, bool Healthy, string Detail);

/// <summary>A question for probes beside those about buckets and predictor.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="AskAsync">Answers in one line without secrets; throws where something is wrong, with a message of the same kind.</param>
public sealed record HealthQuestion(string Name, Func<CancellationToken, Task<string>> AskAsync);

/// <summary>Asks the buckets, the predictor and whatever else was registered whether they can be used, for probes: quickly, and no more than every few seconds.</summary>
public sealed class AppHealth
{
    private readonly IAmazonS3 _s3;
    private readonly StoreAccess _access;
    private readonly SharedCheck _predictor;
    private readonly SharedCheck[] _all;

    /// <summary>Asks nothing yet.</summary>
    public AppHealth(
        IAmazonS3 s3, StoreAccess access, IDigitPredictor predictor, IOptions<SortingOptions> sorting, IEnumerable<HealthQuestion> others, TimeProvider time)
    {
        _s3 = s3;
        _access = access;
        _predictor = new SharedCheck("predictor", predictor.CheckAsync, time);
        _all =
        [
            .. sorting.Value.SourceBuckets.Append(sorting.Value.TargetBucket)
                .Select(bucket => new SharedCheck($"bucket {bucket}", ct => CheckBucketAsync(bucket, ct), time)),
            _predictor,
            .. others.Select(question => new SharedCheck(question.Name, question.AskAsync, time)),
        ];
    }

    /// <summary>Asks all, or repeats what was found at most <see cref="SharedCheck.Freshness"/> ago.</summary>
    /// <param name="cancellationToken">Ends the waiting; the questions go on for others who wait.</param>
    /// <returns>A finding for each source bucket, the target bucket, the predictor and each other question, after at most <see cref="SharedCheck.Limit"/>.</returns>
    public async Task<IReadOnlyList<HealthFinding>> CheckAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_all.Select(check => check.AskAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Asks the predictor alone.</summary>
    /// <param name="cancellationToken">Ends the waiting; the question goes on for others who wait.</param>
    public Task<HealthFinding> CheckPredictorAsync(CancellationToken cancellationToken) => _predictor.AskAsync().WaitAsync(cancellationToken);

    private async Task<string> CheckBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await _s3.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken).ConfigureAwait(false);
            return _access.RefusalIn(bucket) is { } refusal ? throw new StandingRefusalException(refusal) : $"The bucket {bucket} can be reached.";
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            throw new IOException($"There is no bucket {bucket}.", e);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new IOException($"The bucket {bucket} may not be looked at (403): the credentials need s3:ListBucket.", e);
        }
        catch (AmazonS3Exception e) when (e.StatusCode != 0)
        {
            throw new IOException($"The S3 server answered {(int)e.StatusCode} when it was asked for the bucket {bucket}.", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StandingRefusalException))
        {
            throw new IOException($"The S3 server cannot be asked for the bucket {bucket}: {e.Message}", e);
        }
    }

    /// <summary>The bucket is there, and no object of it can be used.</summary>
    private sealed class StandingRefusalException(string message) : Exception(message);
}
