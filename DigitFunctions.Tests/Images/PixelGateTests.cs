using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class PixelGateTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Pictures_that_fit_together_do_not_wait()
    {
        PixelGate gate = new(10);

        gate.Enter(6);
        gate.Enter(4);

        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public void A_picture_larger_than_the_gate_is_let_in_alone()
    {
        PixelGate gate = new(10);

        gate.Enter(11);

        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task A_large_picture_waits_and_smaller_ones_do_not_overtake_it()
    {
        PixelGate gate = new(10);
        gate.Enter(6);
        Task large = Task.Factory.StartNew(() => gate.Enter(10), TaskCreationOptions.LongRunning);
        Wait(() => gate.Waiting == 1);
        Task small = Task.Factory.StartNew(() => gate.Enter(1), TaskCreationOptions.LongRunning);
        Wait(() => gate.Waiting == 2);

        gate.Leave(6);
        await large.WaitAsync(s_patience);

        Assert.False(small.IsCompleted);
        gate.Leave(10);
        await small.WaitAsync(s_patience);
    }

    private static void Wait(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_patience));
}
