using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The same S3 calls as a move makes, on as many objects, with the same client, and nothing else: the limit to come close to.</summary>
internal static class BareLoop
{
    public const string Name = "bare-loop";

    public static Command Create()
    {
        var command = new Command(Name, "One side of e2e.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) => await RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using IAmazonS3 s3 = S3Client.Create(new S3Options { ServiceUrl = Environment.GetEnvironmentVariable("S3__ServiceUrl") });
        int concurrency = int.Parse(Environment.GetEnvironmentVariable("Processing__MaxConcurrency")!, CultureInfo.InvariantCulture);
        bool putIfNoneMatch = bool.Parse(Environment.GetEnvironmentVariable("PutIfNoneMatch")!);
        bool deleteIfMatch = bool.Parse(Environment.GetEnvironmentVariable("DeleteIfMatch")!);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            string[] keys = JsonSerializer.Deserialize<string[]>(line)!;
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(keys, parallel, async (key, ct) => await MoveAsync(s3, key, putIfNoneMatch, deleteIfMatch, ct));
            var side = new SideFigures(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, 0);
            Console.WriteLine(JsonSerializer.Serialize(side));
        }

        return 0;
    }

    private static async Task MoveAsync(IAmazonS3 s3, string key, bool putIfNoneMatch, bool deleteIfMatch, CancellationToken cancellationToken)
    {
        using GetObjectResponse get = await s3.GetObjectAsync(BenchStore.Source, key, cancellationToken);
        byte[] content = new byte[get.ContentLength];
        await get.ResponseStream.ReadExactlyAsync(content, cancellationToken);
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = BenchStore.Target,
                Key = "bare/" + key,
                ContentType = get.Headers.ContentType,
                InputStream = new MemoryStream(content, writable: false),
                IfNoneMatch = putIfNoneMatch ? "*" : null,
            },
            cancellationToken);
        if (!deleteIfMatch)
        {
            await s3.GetObjectMetadataAsync(BenchStore.Source, key, cancellationToken);
        }

        await s3.DeleteObjectAsync(
            new DeleteObjectRequest { BucketName = BenchStore.Source, Key = key, IfMatch = deleteIfMatch ? get.ETag : null }, cancellationToken);
    }
}

/// <summary>What one side of a comparison used for one round.</summary>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="CpuSeconds">User and system time of its process.</param>
/// <param name="AllocatedBytes">On the managed heap; 0 where that is not counted.</param>
internal sealed record SideFigures(double Seconds, double CpuSeconds, long AllocatedBytes);
