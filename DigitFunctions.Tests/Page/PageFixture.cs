using System.Globalization;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Page;

/// <summary>The page's services over buckets of one test's own.</summary>
internal sealed class PageFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PageFixture(TestStorage storage, (string Key, string Value)[] settings)
    {
        Storage = storage;
        _services = CoreServices.Over(storage, services => services.AddSingleton<IDigitPredictor>(new FixedPredictor(5)), settings);
    }

    public TestStorage Storage { get; }

    public IServiceProvider Services => _services;

    public static async Task<PageFixture> StartAsync(StorageKind kind = StorageKind.Local, params (string Key, string Value)[] settings) =>
        new(await TestStorage.StartAsync(kind), settings);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Another process of the same app.</summary>
    public ServiceProvider Sibling() => CoreServices.Over(Storage, services => services.AddSingleton<IDigitPredictor>(new FixedPredictor(5)));

    /// <summary>Puts a picture where the functions file them, with their labels.</summary>
    /// <returns>Its eTag.</returns>
    public async Task<string> FileAsync(string key, byte[]? picture = null, params (string Name, string Value)[] metadata)
    {
        var request = new PutObjectRequest { BucketName = Storage.Target, Key = key, InputStream = new MemoryStream(picture ?? Some.Picture()), ContentType = "image/x-digit" };
        foreach ((string name, string value) in metadata)
        {
            request.Metadata[name] = value;
        }

        PutObjectResponse response = await Storage.S3.PutObjectAsync(request);
        request.Metadata["source-etag"] = response.ETag.Trim('"');
        request.InputStream = new MemoryStream(picture ?? Some.Picture());
        return (await Storage.S3.PutObjectAsync(request)).ETag.Trim('"');
    }

    /// <summary>Puts a dead letter where the functions keep them.</summary>
    /// <returns>Its key.</returns>
    public async Task<string> WriteLetterAsync(long offset, byte[] value, string reason)
    {
        var origin = new KafkaOrigin("mnist", 0, offset, "some key"u8.ToArray(), DateTimeOffset.UnixEpoch);
        var message = new EventMessage(value, [new EventHeader("trace", "x"u8.ToArray())]) { Origin = origin };
        string key = DeadLetter.ObjectKeyOf(origin);
        await Storage.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Storage.Target, Key = key, InputStream = new MemoryStream(new DeadLetter(message, reason, DateTimeOffset.UnixEpoch).Write()),
        });
        return key;
    }

    /// <summary>Puts a dead letter of an upload that can be sorted.</summary>
    /// <returns>Its key.</returns>
    public async Task<string> WriteMendedLetterAsync(long offset, string key, string reason = "GET was refused")
    {
        string eTag = await Storage.UploadAsync(key, Some.Picture(4));
        return await WriteLetterAsync(offset, MemoryApp.Event(Storage.Source, key, eTag, offset).Body!.Value.ToArray(), reason);
    }

    public async Task<MetadataCollection> MetadataAsync(string key) => (await Storage.S3.GetObjectMetadataAsync(Storage.Target, key)).Metadata;

    /// <summary>The pictures of the target bucket.</summary>
    public async Task<IEnumerable<string>> FiledAsync() => (await Storage.KeysAsync(Storage.Target)).Where(key => !key.StartsWith('.'));

    /// <summary>The overview once everything is counted.</summary>
    public Task<OverviewView> CountedAsync() => Eventually.GetAsync("whole count", async () =>
        await Get<FiledOverview>().LookAsync(24, default) is { } view && view.Columns.All(column => column.IsWhole) ? view : null);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Storage.DisposeAsync();
    }

    public static string Digit(int digit) => digit.ToString(CultureInfo.InvariantCulture);
}
