using System.Text;
using Confluent.Kafka;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Local.Hosting;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>The process <c>digits host</c> is killed, or told to stop, in the middle of its work.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly MockBroker _broker = new();
    private readonly string _topic = Some.Name("mnist");
    private readonly string _group = Some.Name("digitfunctions");
    private readonly string _log = Path.GetTempFileName();

    public async Task InitializeAsync()
    {
        await _broker.InitializeAsync();
        await _broker.EnsureTopicAsync(_topic);
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        File.Delete(_log);
    }

    [Theory, OnCeph, OnLocal]
    public Task A_crash_between_copy_and_delete_ends_as_one_picture_in_one_place(StorageKind kind) =>
        CrashAsync(kind, Fault.Silent, leftInSource: ["4.png"]);

    [Theory, OnCeph, OnLocal]
    public Task A_crash_between_delete_and_commit_ends_as_one_picture_in_one_place(StorageKind kind) =>
        CrashAsync(kind, Fault.SilentAfter, leftInSource: []);

    [Fact]
    public async Task A_killed_process_resumes_at_the_last_committed_offset()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using (RunningDigits first = await RunningDigits.HostAsync(_log, Settings(storage, storage.Url)))
        {
            await UploadAsync(storage, "1.png", 1);
            await CommittedAsync(1);
            await first.KillAsync();
        }

        await UploadAsync(storage, "2.png", 2);
        string log = Path.GetTempFileName();
        await using RunningDigits second = await RunningDigits.HostAsync(log, Settings(storage, storage.Url));
        await CommittedAsync(2);
        await second.StopAsync();

        Assert.Equal(["digit-1/1.png", "digit-2/2.png"], await storage.KeysAsync(storage.Target));
        string said = await File.ReadAllTextAsync(log);
        Assert.Contains("/2.png", said, StringComparison.Ordinal);
        Assert.DoesNotContain("/1.png", said, StringComparison.Ordinal);
        File.Delete(log);
    }

    [Fact]
    public async Task A_killed_worker_is_started_anew_and_its_batch_comes_again()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        var moving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string deleted = $"/{storage.Source}/4.png";
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(
            storage.Url, call => call.Method == "DELETE" && call.Path == deleted && !moving.Task.IsCompleted ? Fault.Silent : Fault.None);
        proxy.Broken = (_, _) => moving.TrySetResult();
        await UploadAsync(storage, "4.png", 4);
        await using RunningDigits host = await RunningDigits.HostAsync(_log, Settings(storage, proxy.Url));
        await moving.Task.WaitAsync(Patience);
        int first = Assert.Single(host.Workers());

        await host.KillWorkerAsync();

        await CommittedAsync(1);
        await UploadAsync(storage, "5.png", 5);
        await CommittedAsync(2);
        Assert.Equal(["digit-4/4.png", "digit-5/5.png"], await storage.KeysAsync(storage.Target));
        Assert.Empty(await storage.KeysAsync(storage.Source));
        Assert.NotEqual(first, Assert.Single(host.Workers()));
    }

    [Fact]
    public async Task A_killed_host_takes_its_worker_along()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using RunningDigits host = await RunningDigits.HostAsync(_log, Settings(storage, storage.Url));
        int worker = Assert.Single(host.Workers());

        await host.KillAsync();

        await Eventually.TrueAsync("end of the worker", () => Task.FromResult(!Directory.Exists($"/proc/{worker}")));
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_leaves_nothing_half_done()
    {
        const int Pictures = 40;
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        var moving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Slow enough that the stop comes in the middle of a batch.
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(storage.Url, call => call.Method is "PUT" or "DELETE" ? Fault.Slow : Fault.None);
        proxy.Delay = () => TimeSpan.FromMilliseconds(300);
        proxy.Before = call =>
        {
            if (call.Method == "DELETE" && call.Path.StartsWith($"/{storage.Source}/", StringComparison.Ordinal))
            {
                moving.TrySetResult();
            }

            return Task.CompletedTask;
        };
        string[] keys = [.. Enumerable.Range(0, Pictures).Select(i => $"{i:D2}.png")];
        foreach (string key in keys)
        {
            await UploadAsync(storage, key, digit: 3);
        }

        await using RunningDigits host = await RunningDigits.HostAsync(_log, Settings(storage, proxy.Url));
        await moving.Task.WaitAsync(Patience);
        Assert.Equal(0, await host.StopAsync());

        IReadOnlyList<string> left = await storage.KeysAsync(storage.Source);
        string[] filed = [.. (await storage.KeysAsync(storage.Target)).Select(key => key["digit-3/".Length..])];
        Assert.NotEmpty(filed);
        Assert.Equal(keys, left.Concat(filed).Order(StringComparer.Ordinal));
        // What is committed is filed; a record that is filed and not committed would only be found sorted when it comes again.
        Assert.Equal(filed.Length, Committed);
    }

    private async Task CrashAsync(StorageKind kind, Fault fault, string[] leftInSource)
    {
        await using TestStorage storage = await TestStorage.StartAsync(kind);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string deleted = $"/{storage.Source}/4.png";
        await using FaultyProxy proxy =
            await FaultyProxy.StartAsync(storage.Url, call => call.Method == "DELETE" && call.Path == deleted ? fault : Fault.None);
        proxy.Broken = (_, _) => reached.TrySetResult();
        await UploadAsync(storage, "4.png", 4);
        await using (RunningDigits first = await RunningDigits.HostAsync(_log, Settings(storage, proxy.Url)))
        {
            await reached.Task.WaitAsync(Patience);
            await first.KillAsync();
        }

        Assert.Equal(["digit-4/4.png"], await storage.KeysAsync(storage.Target));
        Assert.Equal(leftInSource, await storage.KeysAsync(storage.Source));
        Assert.Equal(0, Committed);

        await using RunningDigits second = await RunningDigits.HostAsync(_log, Settings(storage, storage.Url));
        await CommittedAsync(1);

        Assert.Equal(["digit-4/4.png"], await storage.KeysAsync(storage.Target));
        Assert.Empty(await storage.KeysAsync(storage.Source));
    }

    private long Committed => _broker.Committed(_group, _topic).Values.Sum();

    private Task CommittedAsync(long records) => Eventually.TrueAsync($"commit of {records} records", () => Task.FromResult(Committed == records));

    private async Task UploadAsync(TestStorage storage, string key, int digit)
    {
        string eTag = await storage.UploadAsync(key, Some.Picture(digit));
        byte[] value = MinioNotification.RecordValue(
            new BucketNotification("s3:ObjectCreated:Put", storage.Source, key) { ETag = eTag, Size = 1, Time = DateTimeOffset.UnixEpoch });
        await _broker.ProduceAsync(_topic, 0, new Message<Null, byte[]?> { Value = value });
    }

    private Dictionary<string, string> Settings(TestStorage storage, Uri s3) => new()
    {
        ["KafkaBrokers"] = _broker.BootstrapServers,
        ["KafkaTopic"] = _topic,
        ["KafkaConsumerGroup"] = _group,
        ["AWS_ACCESS_KEY_ID"] = "minio",
        ["AWS_SECRET_ACCESS_KEY"] = "minio123",
        ["S3__ServiceUrl"] = s3.ToString(),
        ["Sorting__SourceBuckets__0"] = storage.Source,
        ["Sorting__TargetBucket"] = storage.Target,
        ["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "6000",
    };
}
