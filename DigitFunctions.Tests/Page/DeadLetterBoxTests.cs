using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Page;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Page;

/// <summary>Dead letters are read, told apart, and handled again.</summary>
public sealed class DeadLetterBoxTests
{
    [Fact]
    public async Task Letters_of_blocked_pictures_are_told_from_those_of_events_that_cannot_be_read()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string blocked = await page.WriteLetterAsync(1, MemoryApp.Event(page.Storage.Source, "4.png", "", 1).Body!.Value.ToArray(), "GET was refused");
        string rejected = await page.WriteLetterAsync(2, [0xff, 0x00], "not JSON");

        OverviewView view = await page.CountedAsync();

        Assert.Equal([blocked], view.Columns[^2].Newest.Select(entry => entry.Key));
        Assert.Equal([rejected], view.Columns[^1].Newest.Select(entry => entry.Key));
    }

    [Fact]
    public async Task A_letter_is_shown_with_its_record()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string key = await page.WriteLetterAsync(7, [0xff, 0x00], "not <b>JSON</b>");

        LetterView letter = (await page.Get<DeadLetterBox>().ReadAsync(key, default))!;

        Assert.Equal(("not <b>JSON</b>", "mnist/0/7", "base64: /wA=", "some key", false), (letter.Reason, letter.Origin, letter.Value, letter.RecordKey, letter.IsBlocked));
        Assert.Equal([new LetterHeader("trace", "x")], letter.Headers);
        Assert.Null(await page.Get<DeadLetterBox>().ReadAsync("dead-letter/mnist/0/8.json", default));
    }

    [Theory, OnCeph, OnLocal]
    public async Task What_is_handled_now_goes_and_what_is_not_stays(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        string eTag = await page.Storage.UploadAsync("4.png", Some.Picture(4));
        string mended = await page.WriteLetterAsync(1, MemoryApp.Event(page.Storage.Source, "4.png", eTag, 1).Body!.Value.ToArray(), "GET was refused");
        string hopeless = await page.WriteLetterAsync(2, [0xff, 0x00], "not JSON");

        IReadOnlyList<LetterReplay> replays = await page.Get<DeadLetterBox>().ReplayAsync([mended, hopeless, "dead-letter/mnist/0/3.json"], remove: true, default);

        Assert.Equal([true, false, true], replays.Select(replay => replay.IsRemoved));
        Assert.Equal((OutcomeStatus.Sorted, null), (Assert.Single(replays[0].Outcomes).Status, replays[0].Fault));
        Assert.Equal(OutcomeStatus.Rejected, Assert.Single(replays[1].Outcomes).Status);
        Assert.NotNull(replays[1].Fault);
        Assert.Equal([hopeless, "digit-5/4.png"], await page.FiledAsync());
    }

    [Fact]
    public async Task A_replay_that_is_not_to_remove_leaves_the_letter()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string eTag = await page.Storage.UploadAsync("4.png", Some.Picture(4));
        string key = await page.WriteLetterAsync(1, MemoryApp.Event(page.Storage.Source, "4.png", eTag, 1).Body!.Value.ToArray(), "GET was refused");

        LetterReplay replay = Assert.Single(await page.Get<DeadLetterBox>().ReplayAsync([key], remove: false, default));

        Assert.Equal((null, false), (replay.Fault, replay.IsRemoved));
        Assert.Equal([key, "digit-5/4.png"], await page.FiledAsync());
    }
}
