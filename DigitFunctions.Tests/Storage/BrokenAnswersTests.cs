using System.Diagnostics;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Storage;

/// <summary>Answers that break off, never come, or are not S3's: each is a fault that passes, none says anything of the picture.</summary>
public sealed class BrokenAnswersTests
{
    [Theory]
    [InlineData(nameof(Fault.Refused500))]
    [InlineData(nameof(Fault.Refused503))]
    [InlineData(nameof(Fault.CutBefore))]
    [InlineData(nameof(Fault.CutAfter))]
    [InlineData(nameof(Fault.CutInBody))]
    [InlineData(nameof(Fault.StalledBody))]
    [InlineData(nameof(Fault.Silent))]
    public async Task A_broken_read_is_repeated(string fault)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await storage.UploadAsync("3.png", Some.Picture(3));
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(storage.Url, _ => Enum.Parse<Fault>(fault));
        await using ServiceProvider services = Over(storage, proxy.Url);
        long start = Stopwatch.GetTimestamp();

        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(services, storage));

        Assert.True(RetryBudget.IsTransient(thrown), thrown.ToString());
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_refusal_that_breaks_off_in_the_middle_holds_nothing_up()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(storage.Url, _ => Fault.StalledBody);
        await using ServiceProvider services = Over(storage, proxy.Url);

        // There is no such picture, and the server's words to that effect do not all arrive.
        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(services, storage).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.True(RetryBudget.IsTransient(thrown), thrown.ToString());
        Assert.Contains("S3__Timeout", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_404_that_is_not_S3s_does_not_mean_that_there_is_no_picture()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await storage.UploadAsync("3.png", Some.Picture(3));
        await using PredictorServer ingress = await PredictorServer.StartAsync(PredictorServer.Reply("default backend - 404", 404, "text/plain"));
        await using ServiceProvider services = Over(storage, new Uri(ingress.Url));

        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(services, storage));

        Assert.True(RetryBudget.IsTransient(thrown), thrown.ToString());
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_read_to_its_end()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        byte[] picture = Some.Picture(3);
        string eTag = await storage.UploadAsync("3.png", picture);
        await using PredictorServer server = await PredictorServer.StartAsync(async http =>
        {
            http.Response.Headers.ETag = $"\"{eTag}\"";
            await http.Response.Body.WriteAsync(picture);
            await http.Response.Body.FlushAsync();
        });
        await using ServiceProvider services = Over(storage, new Uri(server.Url));

        SourcePicture? read = await ReadAsync(services, storage);

        Assert.Equal(picture, read?.Content);
    }

    private static Task<SourcePicture?> ReadAsync(ServiceProvider services, TestStorage storage) =>
        services.GetRequiredService<PictureStore>().ReadAsync(new Upload(storage.Source, "3.png"), default);

    private static ServiceProvider Over(TestStorage storage, Uri url) => CoreServices.Over(
        storage,
        services => services.AddSingleton<Amazon.S3.IAmazonS3>(S3Client.Create(
            new S3Options { ServiceUrl = url.ToString(), Timeout = TimeSpan.FromSeconds(1) }, new Amazon.Runtime.BasicAWSCredentials("minio", "minio123"))),
        ("S3:Timeout", "00:00:01"));
}
