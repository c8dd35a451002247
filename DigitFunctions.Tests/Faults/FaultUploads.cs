using System.Collections.Concurrent;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Confluent.Kafka;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Faults;

/// <summary>One content that was uploaded under a key.</summary>
/// <param name="ETag">Its MD5, which is its eTag wherever it is put.</param>
/// <param name="Place">Where it belongs in the target bucket.</param>
internal sealed record UploadedContent(string ETag, string Place);

/// <summary>An object that S3 keeps and gives to nobody.</summary>
/// <param name="Refusal">The answer to whoever asks for it.</param>
/// <param name="Event">The record that announced it.</param>
internal sealed record RefusedObject(Refusal Refusal, byte[] Event);

/// <summary>
/// Uploads files and announces them as badly as the real world may: twice, late, out of order, and with records among them that are no events.
/// Some are overwritten while they are being handled: when the functions read them, file them, or delete them. Some can never be read.
/// </summary>
internal sealed class FaultUploads(
    IAmazonS3 s3, string source, string target, IProducer<byte[]?, byte[]?> producer, string topic, FaultPictures pictures, Random random, double refused, double dropped)
{
    private const int Partitions = 4;
    private const int HeldBack = 8;
    private const double BrokenEvents = 0.01;
    private const double Overwritten = 0.06;
    private const double AtOnceAgain = 0.1;
    private const double LaterAgain = 0.05;

    private static readonly string?[] OverwrittenAt = [null, "GET", "PUT", "DELETE"];

    // An object's own policy, an archived object, an object whose key is disabled.
    private static readonly Refusal[] Refusals = [new(403, "AccessDenied"), new(403, "InvalidObjectState"), new(400, "KMS.DisabledException")];

    private readonly List<byte[]> _held = [];
    private readonly List<byte[]> _again = [];
    private readonly ConcurrentDictionary<(string Method, string Key), FaultPicture> _traps = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<UploadedContent>> _contents = new();
    private readonly ConcurrentBag<TopicPartitionOffset> _broken = [];
    private readonly ConcurrentDictionary<string, RefusedObject> _refused = new();

    /// <summary>What was uploaded, by key, in the order of the uploads.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<UploadedContent>> Contents => _contents;

    /// <summary>Where the records lie that are no events.</summary>
    public IReadOnlyCollection<TopicPartitionOffset> Broken => _broken;

    /// <summary>The objects that S3 gives to nobody, by key.</summary>
    public IReadOnlyDictionary<string, RefusedObject> Refused => _refused;

    /// <summary>How often a file was overwritten, by the call in whose way that came; an empty name before any.</summary>
    public ConcurrentDictionary<string, int> Overwrites { get; } = new();

    /// <summary>How many uploads nothing announces.</summary>
    public int Dropped { get; private set; }

    /// <summary>Uploads and announces.</summary>
    /// <param name="count">How many keys.</param>
    /// <param name="pace">Waits while too much is announced and not handled.</param>
    /// <param name="cancellationToken">Stops between two keys.</param>
    public async Task RunAsync(int count, Func<Task> pace, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await pace();
            string key = i % 3 == 0 ? $"{i:D5}.png" : $"day {i % 7}/é+{i:D5}.png";
            FaultPicture picture = await pictures.NextAsync();
            if (random.NextDouble() < refused)
            {
                await AnnounceAsync(await UploadRefusedAsync(key, picture));
                continue;
            }

            if (dropped > 0 && random.NextDouble() < dropped)
            {
                await UploadAsync(key, picture);
                Dropped++;
                continue;
            }

            string? overwrittenAt = random.NextDouble() < Overwritten ? OverwrittenAt[random.Next(OverwrittenAt.Length)] ?? "" : null;
            if (overwrittenAt?.Length > 0)
            {
                _traps[(overwrittenAt, key)] = await pictures.NextAsync();
            }

            await AnnounceAsync(await UploadAsync(key, picture));
            if (overwrittenAt?.Length == 0)
            {
                Overwrites.AddOrUpdate("", 1, (_, old) => old + 1);
                await AnnounceAsync(await UploadAsync(key, await pictures.NextAsync()));
            }

            if (random.NextDouble() < BrokenEvents)
            {
                await PublishBrokenAsync(i);
            }

            if (_again.Count > 0 && random.NextDouble() < LaterAgain)
            {
                await PublishAsync(_again[random.Next(_again.Count)], random.Next(Partitions));
            }
        }

        foreach (byte[] value in _held)
        {
            await PublishAsync(value, random.Next(Partitions));
        }
    }

    /// <summary>Overwrites a file right before a call for it is carried out, where that was planned.</summary>
    public async Task BeforeAsync(ProxiedCall call)
    {
        string[] bucketAndKey = call.Path.TrimStart('/').Split('/', 2);
        string key = bucketAndKey[^1];
        if (bucketAndKey[0] == target)
        {
            key = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        }

        if (_traps.TryRemove((call.Method, key), out FaultPicture? newer))
        {
            Overwrites.AddOrUpdate(call.Method, 1, (_, old) => old + 1);
            await PublishAsync(await UploadAsync(key, newer), newer.Bytes.Length % Partitions);
        }
    }

    /// <summary>What S3 says to a call for an object that it gives to nobody.</summary>
    public Refusal? Refuse(ProxiedCall call) =>
        call.Method is "GET" or "HEAD" && call.Path.StartsWith($"/{source}/", StringComparison.Ordinal) && _refused.TryGetValue(call.Path[(source.Length + 2)..], out RefusedObject? found)
            ? found.Refusal
            : null;

    private async Task<byte[]> UploadRefusedAsync(string key, FaultPicture picture)
    {
        byte[] value = await UploadAsync(key, picture);
        _refused[key] = new RefusedObject(Refusals[random.Next(Refusals.Length)], value);
        return value;
    }

    private async Task<byte[]> UploadAsync(string key, FaultPicture picture)
    {
        var request = new PutObjectRequest { BucketName = source, Key = key, InputStream = new MemoryStream(picture.Bytes), ContentType = "image/png" };
        string eTag = (await s3.PutObjectAsync(request)).ETag.Trim('"');
        _contents.AddOrUpdate(key, _ => [new UploadedContent(eTag, picture.Place)], (_, older) => [.. older, new UploadedContent(eTag, picture.Place)]);
        return MinioNotification.RecordValue(
            new BucketNotification("s3:ObjectCreated:Put", source, key) { ETag = eTag, Size = picture.Bytes.Length, Time = DateTimeOffset.UnixEpoch });
    }

    /// <summary>Holds a few announcements back, so that they go out in another order, and some of them again.</summary>
    private async Task AnnounceAsync(byte[] value)
    {
        _held.Add(value);
        if (random.NextDouble() < LaterAgain)
        {
            _again.Add(value);
        }

        while (_held.Count > HeldBack)
        {
            byte[] next = _held[random.Next(_held.Count)];
            _held.Remove(next);
            await PublishAsync(next, random.Next(Partitions));
            if (random.NextDouble() < AtOnceAgain)
            {
                await PublishAsync(next, random.Next(Partitions));
            }
        }
    }

    private async Task PublishBrokenAsync(int number)
    {
        byte[] value = random.Next(3) switch
        {
            0 => Encoding.UTF8.GetBytes($"no event, number {number}"),
            1 => Encoding.UTF8.GetBytes($"{{\"EventName\":\"s3:ObjectCreated:Put\",\"Key\":\"{source}/{number}\",\"Records\":[{{"),
            _ => [0xff, 0xfe, .. BitConverter.GetBytes(number)],
        };
        _broken.Add((await PublishAsync(value, random.Next(Partitions))).TopicPartitionOffset);
    }

    private Task<DeliveryResult<byte[]?, byte[]?>> PublishAsync(byte[] value, int partition) =>
        producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?> { Value = value });
}
