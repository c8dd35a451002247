using System.Diagnostics;
using DigitFunctions.Local.Hosting.Rpc;
using Google.Protobuf.WellKnownTypes;

namespace DigitFunctions.Local.Hosting;

/// <summary>Keeps a worker process running: starts it, loads the functions, calls them, and starts it anew when it has ended by itself.</summary>
/// <param name="app">The functions app.</param>
/// <param name="settings">Settings as environment variables, beside those of this process.</param>
/// <param name="runs">Says by name which functions are wanted.</param>
/// <param name="options">The host's own settings.</param>
/// <param name="loggers">Where the host and the worker log.</param>
internal sealed class FunctionsWorker(
    FunctionsApp app, IReadOnlyDictionary<string, string> settings, Func<string, bool> runs, FunctionsHostOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<FunctionsWorker>();
    private readonly WorkerLogs _logs = new(loggers);
    private readonly HostTelemetry _telemetry = new(settings);
    private readonly CancellationTokenSource _stopping = new();
    private WorkerEndpoint? _endpoint;
    private WorkerProcess? _process;
    private Task _keeping = Task.CompletedTask;
    private TaskCompletionSource<WorkerChannel> _channel = NewChannel();

    /// <summary>The worker's process id; another one after a restart.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Starts the worker and loads the app's functions.</summary>
    /// <returns>The functions that it runs.</returns>
    /// <exception cref="WorkerStartException">The worker ended, or did not answer; the message has what it wrote.</exception>
    /// <exception cref="InvalidOperationException">There is no function to run, or one cannot be run.</exception>
    public async Task<IReadOnlyList<HostedFunction>> StartAsync(CancellationToken cancellationToken)
    {
        _endpoint = await WorkerEndpoint.StartAsync(loggers, cancellationToken);
        IReadOnlyList<HostedFunction> functions = await StartWorkerAsync(cancellationToken);
        _keeping = KeepAsync();
        return functions;
    }

    /// <summary>Calls a function once.</summary>
    /// <param name="function">The function.</param>
    /// <param name="request">The trigger's value; ids are added here.</param>
    /// <param name="cancellationToken">Asks the function to stop; its answer is waited for all the same, for <see cref="FunctionsHostOptions.CutOffTimeout"/> at most.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="InvocationFailedException">The function failed.</exception>
    /// <exception cref="WorkerLostException">The worker ended meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The function was cut off.</exception>
    public async Task<InvocationResponse> InvokeAsync(HostedFunction function, InvocationRequest request, CancellationToken cancellationToken)
    {
        WorkerChannel channel = await _channel.Task.WaitAsync(cancellationToken);
        (request.FunctionId, request.InvocationId) = (function.Id, Guid.NewGuid().ToString());
        using Activity? span = HostTrace.Begin(_telemetry.Source, function, request.TraceContext);
        request.TraceContext = HostTrace.ContextFor(span, request.TraceContext);
        span?.SetTag("faas.invocation_id", request.InvocationId);
        _logger.Executing(function.Name, request.InvocationId);
        long start = TimeProvider.System.GetTimestamp();
        using var patience = new CancellationTokenSource();
        await using CancellationTokenRegistration cancel = cancellationToken.UnsafeRegister(
            _ =>
            {
                patience.CancelAfter(options.CutOffTimeout);
                channel.Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } });
            },
            null);
        InvocationResponse response = (await channel.AskAsync(new StreamingMessage { InvocationRequest = request }, patience.Token)).InvocationResponse;
        if (response.Result.Status != StatusResult.Types.Status.Success)
        {
            span?.SetStatus(ActivityStatusCode.Error, response.Result.Exception?.Message);
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvocationFailedException(response.Result.Exception?.Message ?? $"The worker says {response.Result.Status}.");
        }

        double elapsedMs = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        _logger.Executed(function.Name, request.InvocationId, elapsedMs);
        return response;
    }

    /// <summary>Tells the worker to end and waits until it has; one that does not is ended by force. Invocations are to be over before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_channel.Task.IsCompletedSuccessfully && _process is { } running)
        {
            await TerminateAsync(_channel.Task.Result, running);
        }

        await _keeping;
        if (_process is { } process)
        {
            await process.DisposeAsync();
            _process = null;
        }

        if (_endpoint is { } endpoint)
        {
            await endpoint.DisposeAsync();
            _endpoint = null;
        }

        _telemetry.Dispose();
    }

    private async Task TerminateAsync(WorkerChannel channel, WorkerProcess process)
    {
        using var patience = new CancellationTokenSource(options.CutOffTimeout);
        try
        {
            channel.Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(options.CutOffTimeout) } });
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is WorkerLostException or OperationCanceledException)
        {
            // It has ended already, or is ended by force.
        }
    }

    /// <summary>Starts a worker anew whenever one has ended, until the host stops.</summary>
    private async Task KeepAsync()
    {
        for (int failures = 0; !_stopping.IsCancellationRequested;)
        {
            try
            {
                if (_process is { } process)
                {
                    int code = await process.WaitForExitAsync(_stopping.Token);
                    _channel = NewChannel();
                    _logger.WorkerEnded(process.Id, code);
                    await process.DisposeAsync();
                    _process = null;
                }

                await StartWorkerAsync(_stopping.Token);
                failures = 0;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is WorkerStartException or WorkerLostException or InvalidOperationException)
            {
                TimeSpan delay = options.WorkerRestartDelay * Math.Pow(2, Math.Min(failures++, 6));
                _logger.WorkerNotStarted(e, delay.TotalMilliseconds);
                await Task.Delay(delay, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task<IReadOnlyList<HostedFunction>> StartWorkerAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        string workerId = Guid.NewGuid().ToString();
        Task<WorkerChannel> called = _endpoint!.Expect(workerId);
        WorkerProcess process = WorkerProcess.Start(app, _endpoint.Url, workerId, settings);
        try
        {
            await Task.WhenAny(called, process.WaitForExitAsync(patience.Token));
            patience.Token.ThrowIfCancellationRequested();
            WorkerChannel channel = called.IsCompleted ? await called : throw new WorkerLostException(null);
            channel.Logged = _logs.Write;
            IReadOnlyList<HostedFunction> functions = await LoadAsync(channel, patience.Token);
            process.PassLinesTo(_logger.WorkerWrote);
            _process = process;
            _channel.SetResult(channel);
            return functions;
        }
        catch (WorkerLostException)
        {
            int code = await process.WaitForExitAsync(CancellationToken.None);
            // What it wrote last may still be on its way until then.
            await process.DisposeAsync();
            throw new WorkerStartException(process.Output is { Length: > 0 } output ? output : $"The worker ended with exit code {code} and without a word.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await process.DisposeAsync();
            throw new WorkerStartException($"The worker did not answer within {StartPatience}.");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private async Task<IReadOnlyList<HostedFunction>> LoadAsync(WorkerChannel channel, CancellationToken cancellationToken)
    {
        WorkerInitResponse init = (await channel.AskAsync(
            new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = HostVersion, WorkerDirectory = app.Folder, FunctionAppDirectory = app.Folder } },
            cancellationToken)).WorkerInitResponse;
        ThrowUnlessSuccess(init.Result, "The worker could not be initialised");
        FunctionMetadataResponse metadata = (await channel.AskAsync(
            new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = app.Folder } }, cancellationToken)).FunctionMetadataResponse;
        ThrowUnlessSuccess(metadata.Result, "The worker could not list its functions");
        HostedFunction[] functions = [.. metadata.FunctionMetadataResults.Where(function => runs(function.Name)).Select(HostedFunction.Read)];
        if (functions.Length == 0)
        {
            throw new InvalidOperationException($"{app.Assembly} has no function to run: none at all, or none that host.json and the settings leave switched on.");
        }

        foreach (HostedFunction function in functions)
        {
            FunctionLoadResponse load = (await channel.AskAsync(
                new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.Id, Metadata = function.Metadata } }, cancellationToken)).FunctionLoadResponse;
            ThrowUnlessSuccess(load.Result, $"The worker could not load the function {function.Name}");
        }

        return functions;
    }

    private static void ThrowUnlessSuccess(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new WorkerStartException($"{what}: {result.Exception?.Message ?? result.Result}");
        }
    }

    /// <summary>The version of the Functions host whose protocol this is.</summary>
    private const string HostVersion = "4.1040.0.0";

    private static TaskCompletionSource<WorkerChannel> NewChannel() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A worker did not come up; the message is its own, or says what is missing.</summary>
internal sealed class WorkerStartException(string message) : Exception(message);

/// <summary>A function failed; the message is the worker's, with the stack.</summary>
internal sealed class InvocationFailedException(string message) : Exception(message);
