using DigitFunctions.Core.Events;

namespace DigitFunctions.Core;

/// <summary>Tells which events an earlier delivery may have begun and left half done, so that only those are looked for among the filed pictures.</summary>
/// <remarks>
/// A picture that was filed before its consumer was killed may be recognised as another digit the second time, by another model or by the fallback; put under that
/// digit too, it would be there twice. Kafka does not say how often it has delivered a record, but who reads a partition's records for the first time, or again, can have
/// a predecessor, and that one left unfinished at most the pictures that it had in hand: once as many were met that nobody had begun, the rest are fresh.
/// </remarks>
/// <param name="pictures">How many pictures a consumer has in hand at once.</param>
internal sealed class Redeliveries(int pictures)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, int Partition), Progress> _partitions = [];

    /// <summary>Whether an earlier delivery may have begun an event; to be asked of each event in the order of delivery.</summary>
    /// <param name="origin">Its place in Kafka; <see langword="null"/> for an event that came by HTTP, where repeating is common and not to be told.</param>
    public bool MayHaveBegun(KafkaOrigin? origin)
    {
        if (origin is null)
        {
            return true;
        }

        lock (_lock)
        {
            (string, int) partition = (origin.Topic, origin.Partition);
            if (!_partitions.TryGetValue(partition, out Progress? progress) || origin.Offset > progress.Next)
            {
                // Met for the first time, or again after another consumer had it.
                _partitions[partition] = new Progress { Next = origin.Offset + 1 };
                return true;
            }

            if (origin.Offset < progress.Next)
            {
                return true;
            }

            progress.Next++;
            return progress.Fresh < pictures;
        }
    }

    /// <summary>Notes that an event was handled which no earlier delivery had begun.</summary>
    /// <param name="origin">Its place in Kafka, or <see langword="null"/>.</param>
    public void NoteFresh(KafkaOrigin? origin)
    {
        if (origin is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_partitions.TryGetValue((origin.Topic, origin.Partition), out Progress? progress))
            {
                progress.Fresh++;
            }
        }
    }

    private sealed class Progress
    {
        /// <summary>The offset that comes next.</summary>
        public long Next { get; set; }

        /// <summary>Events that nobody had begun.</summary>
        public long Fresh { get; set; }
    }
}
