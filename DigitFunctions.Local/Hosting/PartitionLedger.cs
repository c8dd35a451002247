using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Which partitions the consumer holds, and since which assignment. A partition that was given back and taken again starts anew at its committed offset,
/// so what was read under the earlier assignment comes again and must neither run twice nor move the offset back.
/// </summary>
internal sealed class PartitionLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TopicPartition, int> _held = [];
    private int _assignments;

    /// <summary>Notes an assignment.</summary>
    public void Assign(IEnumerable<TopicPartition> partitions)
    {
        lock (_lock)
        {
            _assignments++;
            foreach (TopicPartition partition in partitions)
            {
                _held[partition] = _assignments;
            }
        }
    }

    /// <summary>Notes that partitions were given back or lost.</summary>
    public void Revoke(IEnumerable<TopicPartition> partitions)
    {
        lock (_lock)
        {
            foreach (TopicPartition partition in partitions)
            {
                _held.Remove(partition);
            }
        }
    }

    /// <summary>The assignment under which a partition is held; 0 where it is not.</summary>
    public int AssignmentOf(TopicPartition partition)
    {
        lock (_lock)
        {
            return _held.GetValueOrDefault(partition);
        }
    }

    /// <summary>Whether a record's partition is still held under the assignment that the record was read under.</summary>
    public bool Holds(HeldRecord record) => WhileHeld(record, () => { });

    /// <summary>Acts on a record's partition while it is certain that no rebalance takes the partition away meanwhile.</summary>
    /// <returns>Whether the partition is still held under the record's assignment; where it is not, nothing was done.</returns>
    public bool WhileHeld(HeldRecord record, Action act)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue(record.Partition, out int assignment) || assignment != record.Assignment)
            {
                return false;
            }

            act();
            return true;
        }
    }
}
