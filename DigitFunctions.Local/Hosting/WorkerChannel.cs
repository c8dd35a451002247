using System.Collections.Concurrent;
using System.Threading.Channels;
using DigitFunctions.Local.Hosting.Rpc;
using Grpc.Core;
using ContentCase = DigitFunctions.Local.Hosting.Rpc.StreamingMessage.ContentOneofCase;

namespace DigitFunctions.Local.Hosting;

/// <summary>The messages between the host and one worker: questions with their answers, and the worker's logs.</summary>
internal sealed class WorkerChannel(IAsyncStreamReader<StreamingMessage> reader, IAsyncStreamWriter<StreamingMessage> writer)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _questions = new();
    private volatile Exception? _ended;

    /// <summary>What the worker logs; set before the first question.</summary>
    public Action<RpcLog> Logged { get; set; } = _ => { };

    /// <summary>Asks the worker and waits for its answer.</summary>
    /// <exception cref="WorkerLostException">The worker ended before it answered.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question, CancellationToken cancellationToken)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[question.RequestId] = answer;
        try
        {
            Send(question);
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _questions.TryRemove(question.RequestId, out _);
        }
    }

    /// <summary>Sends what has no answer.</summary>
    /// <exception cref="WorkerLostException">The worker has ended.</exception>
    public void Send(StreamingMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message) || _ended is not null)
        {
            throw new WorkerLostException(_ended);
        }
    }

    /// <summary>Passes messages until the worker or the host ends the stream; then fails what is still asked.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task writing = WriteAsync(cancellationToken);
        Exception? cause = null;
        try
        {
            while (await reader.MoveNext(cancellationToken))
            {
                Take(reader.Current);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or Grpc.Core.RpcException)
        {
            // A killed worker ends its stream like this.
            cause = e;
        }

        var lost = new WorkerLostException(cause);
        _ended = lost;
        _outgoing.Writer.TryComplete();
        foreach (TaskCompletionSource<StreamingMessage> question in _questions.Values)
        {
            question.TrySetException(lost);
        }

        await writing;
    }

    private void Take(StreamingMessage message)
    {
        if (message.ContentCase == ContentCase.RpcLog)
        {
            Logged(message.RpcLog);
        }
        else if (_questions.TryGetValue(message.RequestId, out TaskCompletionSource<StreamingMessage>? question))
        {
            question.TrySetResult(message);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (StreamingMessage message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await writer.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException or Grpc.Core.RpcException)
        {
            // The reading side learns of the end, and tells it.
        }
    }
}

/// <summary>The worker process ended, or its stream did, while something was asked of it.</summary>
internal sealed class WorkerLostException(Exception? cause) : Exception("The worker process ended while the function was running.", cause);
