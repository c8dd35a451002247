namespace DigitFunctions.Core.Images;

/// <summary>Lets only so many pixels be worked on at a time, whatever the number of threads. Who comes first is let in first.</summary>
/// <param name="mostPixels">A picture of more than these is let in alone.</param>
internal sealed class PixelGate(long mostPixels)
{
    private readonly object _lock = new();
    private long _inside;
    private long _nextTicket;
    private long _served;

    /// <summary>How many wait.</summary>
    public long Waiting
    {
        get
        {
            lock (_lock)
            {
                return _nextTicket - _served;
            }
        }
    }

    /// <summary>Waits until there is room for a picture.</summary>
    public void Enter(long pixels)
    {
        lock (_lock)
        {
            long ticket = _nextTicket++;
            while (ticket != _served || (_inside > 0 && _inside + pixels > mostPixels))
            {
                Monitor.Wait(_lock);
            }

            _served++;
            _inside += pixels;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Makes the room free again.</summary>
    public void Leave(long pixels)
    {
        lock (_lock)
        {
            _inside -= pixels;
            Monitor.PulseAll(_lock);
        }
    }
}
