using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests;

/// <summary>A picture has one place, whoever files it and however often the model changes its mind.</summary>
public sealed class FiledOnceTests
{
    public static TheoryData<MemoryConditions> Servers => [MemoryConditions.Aws, MemoryConditions.Ceph, MemoryConditions.None];

    [Theory, MemberData(nameof(Servers))]
    public async Task A_partition_that_left_and_comes_back_at_the_next_offset_brings_no_picture_twice(MemoryConditions server)
    {
        await using var a = new MemoryApp(new MemoryS3(server), new FixedPredictor(5));
        await using var b = new MemoryApp(new MemoryS3(server, a.S3), new FixedPredictor(3));
        for (int batch = 0; batch < 4; batch++)
        {
            await a.ProcessAsync([.. Enumerable.Range(batch * 64, 64).Select(i => a.Upload($"{i}.png", i))]);
        }

        EventMessage next = a.Upload("next.png", 256);
        await DieBeforeDeleteAsync(b, next);
        UploadOutcome outcome = Assert.Single(await a.ProcessAsync(next));

        Assert.Equal((OutcomeStatus.AlreadySorted, "digit-3/next.png"), (outcome.Status, outcome.Target));
        Assert.Equal(["digit-3/next.png"], PlacesOf(a, "next.png"));
        Assert.Empty(a.S3.Keys(MemoryApp.Source));
    }

    [Theory]
    [InlineData("digit-")]
    [InlineData(".digitfunctions/claims/")]
    public async Task Two_workers_that_handle_one_record_at_once_file_it_in_one_place(string slowCall)
    {
        await using var a = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        await using var b = new MemoryApp(new MemoryS3(sibling: a.S3), new FixedPredictor(3));
        EventMessage upload = a.Upload("a.png", 0);
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        a.S3.Before = async (call, _) =>
        {
            if (call.Method == "PUT" && call.Key.StartsWith(slowCall, StringComparison.Ordinal) && reached.TrySetResult())
            {
                await goOn.Task;
            }
        };

        Task<IReadOnlyList<UploadOutcome>> slow = a.ProcessAsync(upload);
        await reached.Task;
        await b.ProcessAsync(upload);
        goOn.SetResult();
        await slow;

        Assert.Single(PlacesOf(a, "a.png"));
        Assert.Empty(a.S3.Keys(MemoryApp.Source));
    }

    [Fact]
    public async Task A_picture_that_was_claimed_before_a_crash_goes_where_the_claim_says_with_its_labels()
    {
        await using var a = new MemoryApp(new MemoryS3(), new FixedPredictor(3));
        await using var b = new MemoryApp(new MemoryS3(sibling: a.S3), new FixedPredictor(5));
        EventMessage upload = a.Upload("a.png", 0);
        await DieBeforeAsync(a, call => call is { Method: "PUT", Key: "digit-3/a.png" }, upload);

        UploadOutcome outcome = Assert.Single(await b.ProcessAsync(upload));

        Assert.Equal((OutcomeStatus.Sorted, "digit-3/a.png", 3), (outcome.Status, outcome.Target, outcome.Digit));
        Assert.Equal("3", a.S3.Find(MemoryApp.Target, "digit-3/a.png")!["digit"]);
    }

    [Fact]
    public async Task An_event_by_HTTP_that_is_repeated_after_a_crash_leaves_one_picture_and_no_claim()
    {
        await using var a = new MemoryApp(new MemoryS3(), new FixedPredictor(3));
        await using var b = new MemoryApp(new MemoryS3(sibling: a.S3), new FixedPredictor(5));
        EventMessage upload = a.Upload("a.png", 0) with { Origin = null };
        await DieBeforeAsync(a, call => call is { Method: "PUT", Key: "digit-3/a.png" }, upload);

        await b.ProcessAsync(upload);

        Assert.Equal(["digit-3/a.png"], PlacesOf(a, "a.png"));
        Assert.Equal(2, a.S3.Calls.Concat(b.S3.Calls).Count(call => call.Method == "DELETE" && !call.Key.StartsWith(".digitfunctions/conditions", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task On_the_happy_path_a_picture_costs_a_GET_a_PUT_and_a_DELETE_and_a_part_of_a_batch_one_claim()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        await app.ProcessAsync(app.Upload("first.png", 0));
        app.S3.Calls.Clear();

        await app.ProcessAsync([.. Enumerable.Range(1, 64).Select(i => app.Upload($"{i}.png", i))]);

        Assert.Equal((64, 64, 64), (app.S3.Count("GET", MemoryApp.Source), app.S3.Count("PUT", MemoryApp.Target), app.S3.Count("DELETE", MemoryApp.Source)));
        Assert.Equal("PUT digits/.digitfunctions/claims/mnist/0.json", Assert.Single(app.S3.Calls, call => call.Key.StartsWith('.')).ToString());
        Assert.Equal((3 * 64) + 1, app.S3.Calls.Count);
    }

    private static Task DieBeforeDeleteAsync(MemoryApp app, EventMessage upload) =>
        DieBeforeAsync(app, call => call is { Method: "DELETE", Bucket: MemoryApp.Source }, upload);

    /// <summary>Has an event handled by a worker whose process ends before a call.</summary>
    private static async Task DieBeforeAsync(MemoryApp app, Func<MemoryCall, bool> last, EventMessage upload)
    {
        using var death = new CancellationTokenSource();
        app.S3.Before = (call, _) =>
        {
            if (last(call))
            {
                death.Cancel();
            }

            death.Token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.ProcessAsync(death.Token, upload));
    }

    private static string[] PlacesOf(MemoryApp app, string key) =>
        [.. app.S3.Keys(MemoryApp.Target).Where(found => found.EndsWith("/" + key, StringComparison.Ordinal))];
}
