using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3;
using DigitFunctions.Benchmarks.EndToEnd;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Benchmarks;

/// <summary><c>page</c>: the page over many filed pictures, through the app's worker process and the local S3 server.</summary>
internal static class PageBench
{
    private const int Places = 10;
    private const int CardsInSight = 72;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var pictures = new Option<int>("--pictures") { Description = "Filed pictures.", DefaultValueFactory = _ => 100_000 };
        var uploads = new Option<int>("--uploads") { Description = "Uploads whose way to the page is timed.", DefaultValueFactory = _ => 20 };
        var command = new Command("page", "Look at many filed pictures: how long the first view takes, how soon all are counted and new ones appear, and how much memory that needs.") { pictures, uploads };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(pictures), parsed.GetValue(uploads), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int pictures, int uploads, CancellationToken cancellationToken)
    {
        await using ServiceProvider services = LocalServices.ForPictures();
        await using LocalStack stack = await LocalStack.StartAsync(
            new LocalStackOptions { S3Port = 0, KafkaPort = 0, PredictorPort = 0 }, services.GetRequiredService<IDigitPredictor>(), cancellationToken);
        byte[] picture = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "7-*.png").Order(StringComparer.Ordinal).First(), cancellationToken);
        Fill(stack.S3.Store["digits"], pictures, picture);
        await using LocalFunctions functions = await LocalFunctions.StartAsync(
            LocalServices.SettingsFor(stack), new FunctionsHostOptions { HttpPort = 0 }, logging => logging.AddProvider(NullLoggerProvider.Instance), cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"{functions.HttpUrl}/api/page/") };
        using var worker = Process.GetProcessById(functions.WorkerProcessId!.Value);

        // A worker that has answered nothing yet compiles first: that is the start's time, and not the view's.
        await client.GetByteArrayAsync("page.js", cancellationToken);
        foreach (string kind in new[] { "model", "thumbnail" })
        {
            await client.GetByteArrayAsync($"data/image?kind={kind}&key={Uri.EscapeDataString(KeyOf(0))}", cancellationToken);
        }

        long idle = ProcessMemory.Held(worker.Id);

        double cpu = Cpu(worker);
        long start = Stopwatch.GetTimestamp();
        JsonElement view = await LookAsync(client, cancellationToken);
        double answered = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        while (KeysOf(view).Count() < CardsInSight)
        {
            Check(start);
            view = await LookAsync(client, cancellationToken);
        }

        await Parallel.ForEachAsync(
            KeysOf(view).OfType<string>().Take(CardsInSight), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancellationToken },
            async (key, ct) => await client.GetByteArrayAsync($"data/image?kind=thumbnail&key={Uri.EscapeDataString(key)}", ct));
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        double firstCpu = Cpu(worker) - cpu;
        while (CountOf(view) is var (count, isWhole) && (!isWhole || count != pictures))
        {
            Check(start);
            view = await LookAsync(client, cancellationToken);
        }

        double counted = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        List<double> looks = [], lives = [];
        using IAmazonS3 s3 = LocalServices.ClientOf(stack);
        for (int i = 0; i < uploads; i++)
        {
            long look = Stopwatch.GetTimestamp();
            await LookAsync(client, cancellationToken);
            looks.Add(Stopwatch.GetElapsedTime(look).TotalMilliseconds);
            lives.Add(await LiveAsync(client, s3, stack, $"new-{i}.png", picture, cancellationToken));
        }

        var table = new Table();
        table.Add("filed pictures", "pictures", pictures);
        table.Add("first answer, ms", "answered_ms", answered);
        table.Add($"first view with {CardsInSight} thumbnails, ms", "first_view_ms", first);
        table.Add("worker's CPU until then, ms", "first_view_cpu_ms", firstCpu);
        table.Add("all counted after, ms", "counted_ms", counted);
        table.Add("a later look, median, ms", "look_ms", Median(looks));
        table.Add("from filed to the page, median, ms", "live_ms", Median(lives));
        table.Add("from filed to the page, slowest, ms", "live_max_ms", lives.Max());
        table.Add("worker's memory before the first view, MiB", "idle_mib", idle / 1048576.0);
        table.Add("most of the worker's memory, MiB", "peak_mib", ProcessMemory.Peak(worker.Id) / 1048576.0);
        table.Write(Console.Out);
        return 0;
    }

    /// <summary>Files pictures as the functions do, without their way through HTTP.</summary>
    private static void Fill(S3Bucket bucket, int pictures, byte[] picture)
    {
        var headers = new Dictionary<string, string>
        {
            ["content-type"] = "image/png", ["x-amz-meta-digit"] = "7", ["x-amz-meta-confidence"] = "0.9987", ["x-amz-meta-model"] = "onnx:mnist@0123456789ab",
        };
#pragma warning disable CA5351 // S3's eTag is an MD5, and clients compare it with what they read.
        string eTag = Convert.ToHexStringLower(MD5.HashData(picture));
#pragma warning restore CA5351
        for (int i = 0; i < pictures; i++)
        {
            bucket.Put(new S3Object { Key = KeyOf(i), ETag = eTag, Headers = headers }, picture, _ => { });
        }
    }

    private static string KeyOf(int picture) => string.Create(CultureInfo.InvariantCulture, $"digit-{picture % Places}/scanner-{picture % 97}/{picture:000000}.png");

    /// <summary>Milliseconds from a picture's filing until a viewer, who asks every second as the page does, is told of it.</summary>
    private static async Task<double> LiveAsync(HttpClient client, IAmazonS3 s3, LocalStack stack, string key, byte[] picture, CancellationToken cancellationToken)
    {
        var filed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        string? target = null;
        stack.S3.ObjectStored += Note;
        try
        {
            await s3.PutObjectAsync(new() { BucketName = "mnist", Key = key, InputStream = new MemoryStream(picture) }, cancellationToken);
            long start = await filed.Task.WaitAsync(Patience, cancellationToken);
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (!KeysOf(await LookAsync(client, cancellationToken)).Contains(target))
            {
                Check(start);
                await second.WaitForNextTickAsync(cancellationToken);
            }

            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            stack.S3.ObjectStored -= Note;
        }

        void Note(object? sender, BucketNotification notification)
        {
            if (notification.Bucket == "digits" && notification.Key.EndsWith($"/{key}", StringComparison.Ordinal))
            {
                target = notification.Key;
                filed.TrySetResult(Stopwatch.GetTimestamp());
            }
        }
    }

    private static async Task<JsonElement> LookAsync(HttpClient client, CancellationToken cancellationToken) =>
        JsonElement.Parse(await client.GetByteArrayAsync("data/overview", cancellationToken));

    private static (long Count, bool IsWhole) CountOf(JsonElement view) =>
        (view.GetProperty("columns").EnumerateArray().Sum(column => column.GetProperty("count").GetInt64()), view.GetProperty("columns").EnumerateArray().All(column => column.GetProperty("isWhole").GetBoolean()));

    private static IEnumerable<string?> KeysOf(JsonElement view) =>
        view.GetProperty("columns").EnumerateArray().SelectMany(column => column.GetProperty("newest").EnumerateArray()).Select(entry => entry.GetProperty("key").GetString());

    private static void Check(long start)
    {
        if (Stopwatch.GetElapsedTime(start) > Patience)
        {
            throw new TimeoutException($"The page did not show what is filed within {Patience}.");
        }
    }

    private static double Cpu(Process worker)
    {
        worker.Refresh();
        return worker.TotalProcessorTime.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
