using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Amazon.Runtime;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace DigitFunctions.Core.Retries;

/// <summary>Repeats steps that fail for a while, and begins none once the time of one invocation is used up.</summary>
/// <remarks>Calls of the store share their places with other invocations, and hold none while they wait to be repeated: an upload that fails keeps nobody waiting.</remarks>
internal sealed class RetryBudget
{
    private static readonly ResiliencePropertyKey<string> StepKey = new("step");
    private static readonly ResiliencePropertyKey<string> NameKey = new("name");

    private readonly ResiliencePipeline _pipeline;
    private readonly SemaphoreSlim _places;
    private readonly TimeProvider _time;
    private readonly TimeSpan _budget;
    private readonly TimeSpan _deadline;
    private readonly long _start;

    /// <param name="budget">How long a step that fails is begun again.</param>
    /// <param name="deadline">How long any step is begun.</param>
    /// <param name="places">One for each call of the store that may run at the same time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of each repetition.</param>
    public RetryBudget(TimeSpan budget, TimeSpan deadline, SemaphoreSlim places, TimeProvider time, ILogger logger)
    {
        _places = places;
        _time = time;
        _deadline = deadline;
        _start = time.GetTimestamp();
        _budget = budget < deadline ? budget : deadline;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && MayBeRepeated(e)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(5),
                // A predictor that asks for a rest gets it, as far as the budget goes; null is the back-off above.
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is PredictorUnavailableException { RetryAfter: { } rest } ? Shorter(rest, _budget - time.GetElapsedTime(_start)) : null),
                OnRetry = arguments =>
                {
                    ResilienceProperties about = arguments.Context.Properties;
                    logger.Repeated(
                        arguments.AttemptNumber + 1, about.GetValue(StepKey, ""), about.GetValue(NameKey, ""),
                        arguments.Outcome.Exception?.Message ?? "");
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Runs a step that can be repeated.</summary>
    /// <param name="step">The step's name, for the log.</param>
    /// <param name="name">What it is done to, for the log.</param>
    /// <param name="action">The step.</param>
    /// <param name="cancellationToken">Stops the step and the waiting.</param>
    public async Task<T> RunAsync<T>(string step, string name, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        CheckDeadline();
        try
        {
            // Nearly every step succeeds at once: it is spared the pipeline's layers.
            return await action(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (MayBeRepeated(e) && !cancellationToken.IsCancellationRequested)
        {
            return await RepeatAsync(step, name, ExceptionDispatchInfo.Capture(e), action, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on after a first try that failed.</summary>
    private async Task<T> RepeatAsync<T>(string step, string name, ExceptionDispatchInfo failed, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(StepKey, step);
            context.Properties.Set(NameKey, name);
            ExceptionDispatchInfo? first = failed;
            return await _pipeline.ExecuteAsync(
                async context =>
                {
                    Interlocked.Exchange(ref first, null)?.Throw();
                    CheckDeadline();
                    return await action(context.CancellationToken).ConfigureAwait(false);
                }, context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Runs a step that calls the store; each try takes a place for its duration.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<T> CallStoreAsync<T>(string step, string name, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        return RunAsync(step, name, CallInPlaceAsync, cancellationToken);

        async Task<T> CallInPlaceAsync(CancellationToken ct)
        {
            await _places.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                // The place may have been long in coming.
                CheckDeadline();
                return await action(ct).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
    }

    private bool MayBeRepeated(Exception e) => IsTransient(e) && _time.GetElapsedTime(_start) < _budget;

    private void CheckDeadline()
    {
        if (_time.GetElapsedTime(_start) >= _deadline)
        {
            throw new TimeoutException($"The invocation began {_deadline} ago and begins nothing more (Processing__Deadline).");
        }
    }

    private static TimeSpan? Shorter(TimeSpan rest, TimeSpan left) => rest < left ? rest : left > TimeSpan.Zero ? left : null;

    /// <summary>Whether a fault may pass by itself.</summary>
    internal static bool IsTransient(Exception e) => e switch
    {
        AmazonServiceException service => S3Answers.IsTransient(service),
        // The caller's own cancellation never gets here: Polly does not repeat once the token is cancelled.
        OperationCanceledException or TimeoutException or IOException or SocketException or HttpRequestException => true,
        AmazonClientException client => client.InnerException is { } inner && IsTransient(inner),
        PredictorUnavailableException or ImplausiblePredictionException => true,
        _ => false,
    };
}
