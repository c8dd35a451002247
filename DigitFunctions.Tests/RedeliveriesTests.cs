using DigitFunctions.Core;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests;

/// <summary>Which events an earlier delivery may have begun.</summary>
public sealed class RedeliveriesTests
{
    private readonly Redeliveries _redeliveries = new(pictures: 2);

    [Fact]
    public void What_comes_by_HTTP_always_may_have_been_begun()
    {
        Assert.True(_redeliveries.MayHaveBegun(null));
        _redeliveries.NoteFresh(null);
        Assert.True(_redeliveries.MayHaveBegun(null));
    }

    [Fact]
    public void A_partitions_first_records_may_have_been_begun_until_as_many_were_fresh_as_a_consumer_has_in_hand()
    {
        // The first was done by a predecessor; so it tells nothing of the next ones.
        Assert.True(MayHaveBegun(7));
        for (long offset = 8; offset < 10; offset++)
        {
            Assert.True(MayHaveBegun(offset));
            _redeliveries.NoteFresh(Record(offset));
        }

        Assert.False(MayHaveBegun(10));
        Assert.True(MayHaveBegun(0, partition: 1));
    }

    [Fact]
    public void A_record_that_comes_again_may_have_been_begun_and_the_next_one_is_fresh_all_the_same()
    {
        PassFirst();

        Assert.True(MayHaveBegun(1));
        Assert.False(MayHaveBegun(3));
    }

    [Fact]
    public void After_a_gap_another_consumer_may_have_had_the_partition()
    {
        PassFirst();

        Assert.True(MayHaveBegun(9));
        Assert.True(MayHaveBegun(10));
    }

    /// <summary>Records 0 to 2: two fresh ones, and the first that needs no look.</summary>
    private void PassFirst()
    {
        for (long offset = 0; offset < 2; offset++)
        {
            Assert.True(MayHaveBegun(offset));
            _redeliveries.NoteFresh(Record(offset));
        }

        Assert.False(MayHaveBegun(2));
    }

    private bool MayHaveBegun(long offset, int partition = 0) => _redeliveries.MayHaveBegun(Record(offset, partition));

    private static KafkaOrigin Record(long offset, int partition = 0) => new("mnist", partition, offset, null, null);
}
