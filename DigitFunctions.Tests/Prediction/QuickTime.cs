using System.Collections.Concurrent;

namespace DigitFunctions.Tests.Prediction;

/// <summary>A clock that stands, except that waits of the chosen lengths are over at once: it then jumps ahead by the wait. All waits are noted.</summary>
internal sealed class QuickTime(Func<TimeSpan, bool> isQuick) : TimeProvider
{
    private readonly Func<TimeSpan, bool> isQuick = isQuick;
    private readonly DateTimeOffset start = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private long elapsed;

    /// <summary>The waits that were over at once.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start.AddTicks(Interlocked.Read(ref elapsed));

    public override long GetTimestamp() => Interlocked.Read(ref elapsed);

    public void Advance(TimeSpan time) => Interlocked.Add(ref elapsed, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(QuickTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && time.isQuick(dueTime))
            {
                time.Waits.Enqueue(dueTime);
                time.Advance(dueTime);

                // As a real timer: on another thread, and not when it is gone by then.
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    if (!disposed)
                    {
                        callback(state);
                    }
                });
            }

            return true;
        }

        public void Dispose() => disposed = true;

        public ValueTask DisposeAsync()
        {
            disposed = true;
            return ValueTask.CompletedTask;
        }
    }

}
