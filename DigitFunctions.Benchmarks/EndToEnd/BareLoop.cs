using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The same S3 calls as a move makes, headers included, on as many objects, with the same client, and nothing else: the limit to come close to.</summary>
internal static class BareLoop
{
    public const string Name = "bare-loop";

    private static readonly List<KeyValuePair<string, string>> Labels = PictureLabels.Of(new DigitPrediction(7, [0, 0, 0, 0, 0, 0, 0, 0.9876f, 0.0124f, 0], "onnx:mnist@0123456789ab"));

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
        HonouredConditions honoured = JsonSerializer.Deserialize<HonouredConditions>(Environment.GetEnvironmentVariable(nameof(HonouredConditions))!)!;
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            string[] keys = JsonSerializer.Deserialize<string[]>(line)!;
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(keys, parallel, async (key, ct) => await MoveAsync(s3, key, honoured, ct));
            var side = new SideFigures(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            Console.WriteLine(JsonSerializer.Serialize(side));
        }

        return 0;
    }

    private static async Task MoveAsync(IAmazonS3 s3, string key, HonouredConditions honoured, CancellationToken cancellationToken)
    {
        using GetObjectResponse get = await s3.GetObjectAsync(BenchStore.Source, key, cancellationToken);
        byte[] content = new byte[get.ContentLength];
        await get.ResponseStream.ReadExactlyAsync(content, cancellationToken);
        var put = new PutObjectRequest
        {
            BucketName = BenchStore.Target,
            Key = "bare/" + key,
            InputStream = new MemoryStream(content, writable: false),
            UseChunkEncoding = false,
            IfNoneMatch = honoured.PutIfNoneMatch ? "*" : null,
        };
        put.Headers.ContentType = get.Headers.ContentType;
        var upload = new Upload(BenchStore.Source, key);
        DateTime modified = get.LastModified.GetValueOrDefault();
        var source = new SourcePicture(upload, S3Answers.Unquote(get.ETag), content.Length, content) { LastModified = modified, Headers = get.Headers, Metadata = get.Metadata };
        PictureLabels.Write(put.Metadata, source, Labels);
        await s3.PutObjectAsync(put, cancellationToken);

        var delete = new DeleteObjectRequest { BucketName = BenchStore.Source, Key = key, IfMatch = honoured.DeleteIfMatch ? get.ETag : null };
        if (!honoured.DeleteIfMatch)
        {
            await s3.GetObjectMetadataAsync(BenchStore.Source, key, cancellationToken);
            if (honoured.DeleteIfUnmodified)
            {
                UnmodifiedSince.Add(delete, modified);
            }
        }

        await s3.DeleteObjectAsync(delete, cancellationToken);
    }
}

/// <summary>What one side of a comparison used for one turn, or for some.</summary>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="CpuSeconds">User and system time of its processes.</param>
internal sealed record SideFigures(double Seconds, double CpuSeconds)
{
    public static SideFigures operator +(SideFigures a, SideFigures b) =>
        new(a.Seconds + b.Seconds, a.CpuSeconds + b.CpuSeconds);
}
