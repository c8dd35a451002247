namespace DigitFunctions.Core.Images.Decoding;

/// <summary>Lets only so many pixels be worked on at a time, whatever the number of threads. Who comes first is let in first; who waits holds no thread.</summary>
/// <param name="mostPixels">A picture of more than these is let in alone.</param>
internal sealed class PixelGate(long mostPixels)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _inside;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Waits until there is room for a picture.</summary>
    /// <exception cref="OperationCanceledException">The waiting was given up, and nothing is to be left.</exception>
    public ValueTask EnterAsync(long pixels, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_waiters.Count == 0 && HasRoomFor(pixels))
            {
                _inside += pixels;
                return ValueTask.CompletedTask;
            }

            LinkedListNode<Waiter> node = _waiters.AddLast(new Waiter(pixels));
            return new ValueTask(WaitAsync(node, cancellationToken));
        }
    }

    /// <summary>Makes the room free again.</summary>
    public void Leave(long pixels)
    {
        lock (_lock)
        {
            _inside -= pixels;
            LetIn();
        }
    }

    private async Task WaitAsync(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.Register(() => GiveUp(node, cancellationToken));
        await using (registration.ConfigureAwait(false))
        {
            await node.Value.Entered.Task.ConfigureAwait(false);
        }
    }

    private void GiveUp(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Without a list it was let in already.
            if (node.List is not null)
            {
                _waiters.Remove(node);
                node.Value.Entered.SetCanceled(cancellationToken);
                LetIn();
            }
        }
    }

    private void LetIn()
    {
        while (_waiters.First is { } first && HasRoomFor(first.Value.Pixels))
        {
            _waiters.RemoveFirst();
            _inside += first.Value.Pixels;
            first.Value.Entered.SetResult();
        }
    }

    private bool HasRoomFor(long pixels) => _inside == 0 || _inside + pixels <= mostPixels;

    private sealed record Waiter(long Pixels)
    {
        // Whoever leaves does not go on with another's work.
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
