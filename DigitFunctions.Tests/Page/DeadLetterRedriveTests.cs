using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Page;

/// <summary>The dead letters of a prefix are handled again, and those that fail again and again are left.</summary>
public sealed class DeadLetterRedriveTests
{
    private static readonly RedriveRequest All = new("dead-letter/");

    [Theory, OnCeph, OnLocal]
    public async Task What_is_handled_goes_and_what_fails_three_times_is_not_tried_again(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        string mended = await page.WriteMendedLetterAsync(1, "4.png");
        string hopeless = await page.WriteLetterAsync(2, [0xff, 0x00], "not JSON");
        byte[] written = await page.Storage.ReadAsync(page.Storage.Target, hopeless);

        RedrivenLetter[] first = await RunAsync(page, All with { Removes = true });
        RedrivenLetter[] second = await RunAsync(page, All with { Removes = true });
        RedrivenLetter[] third = await RunAsync(page, All with { Removes = true });
        RedrivenLetter[] fourth = await RunAsync(page, All with { Removes = true });
        RedrivenLetter[] forced = await RunAsync(page, All with { IsForced = true });

        Assert.Equal([(mended, RedriveStatus.Handled, true), (hopeless, RedriveStatus.Failed, false)], first.Select(letter => (letter.Key, letter.Status, letter.IsRemoved)));
        Assert.Equal((OutcomeStatus.Sorted, "digit-5/4.png"), (first[0].Outcomes[0].Status, first[0].Outcomes[0].Target));
        Assert.Equal([RedriveStatus.Failed, RedriveStatus.Failed, RedriveStatus.Exhausted, RedriveStatus.Failed], new[] { second, third, fourth, forced }.Select(run => Assert.Single(run).Status));
        Assert.Equal("It failed 3 times. not JSON", fourth[0].Reason);
        Assert.Equal("4", (await page.MetadataAsync(hopeless))["redriven"]);
        Assert.Equal(written, await page.Storage.ReadAsync(page.Storage.Target, hopeless));
        Assert.Equal([hopeless, "digit-5/4.png"], await page.FiledAsync());
    }

    [Fact]
    public async Task Without_removal_a_letter_stays_and_comes_back_as_already_sorted()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string key = await page.WriteMendedLetterAsync(1, "4.png");

        RedrivenLetter first = Assert.Single(await RunAsync(page, All));
        RedrivenLetter second = Assert.Single(await RunAsync(page, All));

        Assert.Equal([OutcomeStatus.Sorted, OutcomeStatus.AlreadySorted], new[] { first, second }.Select(letter => Assert.Single(letter.Outcomes).Status));
        Assert.Equal([key, "digit-5/4.png"], await page.FiledAsync());
        Assert.Null((await page.MetadataAsync(key))["redriven"]);
    }

    [Fact]
    public async Task Prefix_reason_and_number_choose_the_letters_and_a_dry_run_does_nothing()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string first = await page.WriteMendedLetterAsync(1, "a.png", "GET was refused: AccessDenied");
        string second = await page.WriteMendedLetterAsync(2, "b.png", "The body is not JSON.");
        string third = await page.WriteMendedLetterAsync(3, "c.png", "PUT was refused: accessdenied");
        IEnumerable<string> before = [.. await page.FiledAsync()];

        Task<RedrivenLetter[]> Dry(RedriveRequest request) => RunAsync(page, request with { IsDryRun = true });
        Assert.Equal([first, second, third], (await Dry(All)).Select(letter => letter.Key));
        Assert.Equal([first, second], (await Dry(All with { Most = 2 })).Select(letter => letter.Key));
        Assert.Equal([first, third], (await Dry(All with { Reason = "ACCESSDENIED" })).Select(letter => letter.Key));
        Assert.Equal([second], (await Dry(All with { Prefix = "dead-letter/mnist/0/2" })).Select(letter => letter.Key));
        Assert.Empty(await Dry(All with { Prefix = "dead-letter/other/" }));
        RedrivenLetter told = Assert.Single(await Dry(All with { Reason = "json" }));
        Assert.Equal((RedriveStatus.ToBeTried, "The body is not JSON."), (told.Status, told.Reason));
        Assert.Equal(before, await page.FiledAsync());

        Assert.Equal([first], (await RunAsync(page, All with { Most = 1, Removes = true })).Select(letter => letter.Key));
        Assert.Equal([second, third, "digit-5/a.png"], await page.FiledAsync());
    }

    [Fact]
    public async Task A_letter_of_a_bucket_that_the_settings_do_not_name_stays()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string key = await page.WriteLetterAsync(1, MemoryApp.Event("letters", "4.png", "0", 1).Body!.Value.ToArray(), "GET was refused");

        RedrivenLetter letter = Assert.Single(await RunAsync(page, All with { Removes = true }));

        Assert.Equal(RedriveStatus.Foreign, letter.Status);
        Assert.Contains("letters", letter.Reason, StringComparison.Ordinal);
        Assert.Equal([key], await page.FiledAsync());
    }

    [Fact]
    public async Task What_is_not_reached_ends_the_run_and_counts_as_no_try()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string key = await page.WriteMendedLetterAsync(1, "a.png");
        await page.WriteMendedLetterAsync(2, "b.png");
        await using ServiceProvider services = CoreServices.Over(page.Storage, all => all.AddSingleton<IDigitPredictor>(new UnreachedPredictor()), ("Processing:RetryBudget", "00:00:00"));

        RedrivenLetter letter = Assert.Single(await ActivatorUtilities.CreateInstance<DeadLetterRedrive>(services).RunAsync(All with { Removes = true }, default).ToArrayAsync());

        Assert.Equal((key, RedriveStatus.Unreachable), (letter.Key, letter.Status));
        Assert.Null((await page.MetadataAsync(key))["redriven"]);
    }

    [Fact]
    public async Task A_document_that_is_no_letter_fails_and_is_counted_whole()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        byte[] large = new byte[5 << 20];
        await page.Storage.S3.PutObjectAsync(new() { BucketName = page.Storage.Target, Key = "dead-letter/x.json", InputStream = new MemoryStream(large) });

        RedrivenLetter letter = Assert.Single(await RunAsync(page, All with { Removes = true }));

        Assert.Equal(RedriveStatus.Failed, letter.Status);
        Assert.Equal("1", (await page.MetadataAsync("dead-letter/x.json"))["redriven"]);
        Assert.Equal(large, await page.Storage.ReadAsync(page.Storage.Target, "dead-letter/x.json"));
    }

    private static async Task<RedrivenLetter[]> RunAsync(PageFixture page, RedriveRequest request) =>
        await ActivatorUtilities.CreateInstance<DeadLetterRedrive>(page.Services).RunAsync(request, default).ToArrayAsync();

    private sealed class UnreachedPredictor : IDigitPredictor
    {
        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) =>
            Task.FromException<IReadOnlyList<DigitPrediction>>(new PredictorUnavailableException("Nobody answers."));

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("unreached");
    }
}
