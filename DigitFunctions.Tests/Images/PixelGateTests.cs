using DigitFunctions.Core.Images;
using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Tests.Images;

public class PixelGateTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly PixelGate _gate = new(10);

    [Fact]
    public void Pictures_that_fit_together_do_not_wait()
    {
        Assert.True(Enter(6).IsCompletedSuccessfully);
        Assert.True(Enter(4).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_picture_larger_than_the_gate_is_let_in_alone()
    {
        Assert.True(Enter(11).IsCompletedSuccessfully);
        Assert.False(Enter(1).IsCompleted);
    }

    [Fact]
    public async Task A_large_picture_waits_and_smaller_ones_do_not_overtake_it()
    {
        await Enter(6);
        Task large = Enter(10);
        Task small = Enter(1);
        Assert.Equal(2, _gate.Waiting);

        _gate.Leave(6);
        await large.WaitAsync(s_patience);
        Assert.False(small.IsCompleted);

        _gate.Leave(10);
        await small.WaitAsync(s_patience);
        Assert.Equal(0, _gate.Waiting);
    }

    [Fact]
    public async Task Who_gives_up_waiting_keeps_nobody_out()
    {
        await Enter(6);
        using var cancelled = new CancellationTokenSource();
        Task large = Enter(10, cancelled.Token);
        Task small = Enter(1);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large.WaitAsync(s_patience));
        await small.WaitAsync(s_patience);
        Assert.Equal(0, _gate.Waiting);
    }

    [Fact]
    public async Task A_hundred_that_wait_hold_no_thread()
    {
        await Enter(10);

        Task[] waiting = [.. Enumerable.Range(0, 100).Select(_ => Enter(10))];

        Assert.Equal(100, _gate.Waiting);
        foreach (Task next in waiting)
        {
            _gate.Leave(10);
            await next.WaitAsync(s_patience);
        }
    }

    private Task Enter(long pixels, CancellationToken cancellationToken = default) => _gate.EnterAsync(pixels, cancellationToken).AsTask();
}
