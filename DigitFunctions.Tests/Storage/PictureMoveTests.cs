using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Storage;

/// <summary>The move, on a server that honours conditions and on one that ignores some.</summary>
public sealed class PictureMoveTests
{
    private static readonly KeyValuePair<string, string>[] Labels = [new("digit", "3")];

    public static TheoryData<ConditionSupport> Servers => [ConditionSupport.Aws, ConditionSupport.Ceph16];

    [Theory, MemberData(nameof(Servers))]
    public async Task The_server_is_asked_which_conditions_it_honours(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await using ServiceProvider services = CoreServices.Over(storage);

        HonouredConditions honoured = await services.GetRequiredService<ServerConditions>().FindAsync(default);

        bool aws = server == ConditionSupport.Aws;
        Assert.Equal(new HonouredConditions(aws, aws, DeleteIfUnmodified: !aws), honoured);
        Assert.Empty(await storage.KeysAsync(storage.Target));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_move_leaves_one_picture_in_one_place(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await using ServiceProvider services = CoreServices.Over(storage);
        await storage.UploadAsync("3.png", [1, 2, 3]);

        Assert.Equal(MoveResult.Moved, await MoveAsync(services, await ReadAsync(services, storage)));

        Assert.Empty(await storage.KeysAsync(storage.Source));
        Assert.Equal([1, 2, 3], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_move_that_was_cut_off_before_the_delete_is_finished_when_it_is_repeated(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await storage.UploadAsync("3.png", [1, 2, 3]);
        await using (ServiceProvider copying = CoreServices.Over(storage, ("Sorting:Mode", "Copy")))
        {
            await MoveAsync(copying, await ReadAsync(copying, storage));
        }

        await using ServiceProvider services = CoreServices.Over(storage);
        Assert.Equal(MoveResult.Moved, await MoveAsync(services, await ReadAsync(services, storage)));

        Assert.Empty(await storage.KeysAsync(storage.Source));
        Assert.Equal(["digit-3/3.png"], await storage.KeysAsync(storage.Target));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_picture_that_is_overwritten_while_it_is_moved_survives(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await using ServiceProvider services = CoreServices.Over(storage);
        await storage.UploadAsync("3.png", [1, 2, 3]);
        SourcePicture read = await ReadAsync(services, storage);
        await storage.UploadAsync("3.png", [4, 5, 6]);

        await MoveAsync(services, read);

        Assert.Equal([4, 5, 6], await storage.ReadAsync(storage.Source, "3.png"));
        Assert.Equal([1, 2, 3], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_picture_takes_the_place_of_an_older_one_of_its_key(StorageKind kind)
    {
        await using TestStorage storage = await TestStorage.StartAsync(kind);
        await using ServiceProvider services = CoreServices.Over(storage);
        await storage.UploadAsync("3.png", [1, 2, 3]);
        await MoveAsync(services, await ReadAsync(services, storage));
        await storage.UploadAsync("3.png", [4, 5, 6]);

        Assert.Equal(MoveResult.Moved, await MoveAsync(services, await ReadAsync(services, storage)));

        Assert.Equal([4, 5, 6], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
    }

    [Fact]
    public async Task A_late_worker_does_not_put_an_old_picture_over_a_newer_one()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(storage);
        await storage.UploadAsync("3.png", [1, 2, 3]);
        SourcePicture old = await ReadAsync(services, storage);
        await storage.UploadAsync("3.png", [4, 5, 6]);
        await MoveAsync(services, await ReadAsync(services, storage));

        Assert.Equal(MoveResult.Superseded, await MoveAsync(services, old));

        Assert.Equal([4, 5, 6], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Copy_mode_leaves_the_source_and_finds_a_repeated_picture_filed(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await using ServiceProvider services = CoreServices.Over(storage, ("Sorting:Mode", "Copy"));
        await storage.UploadAsync("3.png", [1, 2, 3]);

        Assert.Equal(MoveResult.Moved, await MoveAsync(services, await ReadAsync(services, storage)));
        Assert.Equal(MoveResult.AlreadyThere, await MoveAsync(services, await ReadAsync(services, storage)));

        Assert.Equal(["3.png"], await storage.KeysAsync(storage.Source));
    }

    [Fact]
    public async Task A_file_that_is_too_large_to_be_fetched_is_copied_by_the_server()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(storage, ("Imaging:MaxBytes", "4"));
        await storage.UploadAsync("3.png", [1, 2, 3, 4, 5], "image/x-huge", ("camera", "left"));

        SourcePicture source = await ReadAsync(services, storage);
        await MoveAsync(services, source);

        Assert.Null(source.Content);
        Assert.Empty(await storage.KeysAsync(storage.Source));
        Assert.Equal([1, 2, 3, 4, 5], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
        GetObjectMetadataResponse filed = await storage.S3.GetObjectMetadataAsync(storage.Target, "digit-3/3.png");
        Assert.Equal(("image/x-huge", "left", "3"), (filed.Headers.ContentType, filed.Metadata["camera"], filed.Metadata["digit"]));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_file_that_is_overwritten_before_the_server_copies_it_is_left_to_its_own_event(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await using ServiceProvider services = CoreServices.Over(storage, ("Imaging:MaxBytes", "4"));
        await storage.UploadAsync("3.png", [1, 2, 3, 4, 5]);
        SourcePicture read = await ReadAsync(services, storage);
        await storage.UploadAsync("3.png", [6]);

        Assert.Equal(MoveResult.Superseded, await MoveAsync(services, read));

        Assert.Equal([6], await storage.ReadAsync(storage.Source, "3.png"));
        Assert.Empty(await storage.KeysAsync(storage.Target));
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_picture_that_is_overwritten_right_before_the_delete_survives(StorageKind kind)
    {
        await using TestStorage storage = await TestStorage.StartAsync(kind);
        await storage.UploadAsync("3.png", [1, 2, 3]);
        SourcePicture read = await ReadAsync(storage);
        // Ceph's condition counts whole seconds.
        await Eventually.TrueAsync("object of a later second", async () =>
            (await storage.S3.PutObjectAsync(new() { BucketName = storage.Target, Key = "clock", ContentBody = "" })).HttpStatusCode == System.Net.HttpStatusCode.OK
            && (await storage.S3.GetObjectMetadataAsync(storage.Target, "clock")).LastModified > read.LastModified.UtcDateTime);
        await storage.S3.DeleteObjectAsync(storage.Target, "clock");
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(storage.Url, _ => Fault.None);
        proxy.Before = call => call == new ProxiedCall("DELETE", $"/{storage.Source}/3.png") ? storage.UploadAsync("3.png", [4, 5, 6]) : Task.CompletedTask;
        await using ServiceProvider services = CoreServices.Over(storage, replace => replace.AddSingleton<IAmazonS3>(
            S3Client.Create(new S3Options { ServiceUrl = proxy.Url.ToString() }, new BasicAWSCredentials("minio", "minio123"))));

        Assert.Equal(MoveResult.Moved, await MoveAsync(services, read));

        Assert.Equal([4, 5, 6], await storage.ReadAsync(storage.Source, "3.png"));
        Assert.Equal([1, 2, 3], await storage.ReadAsync(storage.Target, "digit-3/3.png"));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_version_that_is_read_again_does_not_take_the_place_of_a_later_one(ConditionSupport server)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local, server);
        await storage.S3.PutBucketVersioningAsync(new PutBucketVersioningRequest
        {
            BucketName = storage.Source,
            VersioningConfig = new S3BucketVersioningConfig { Status = Amazon.S3.VersionStatus.Enabled },
        });
        await using ServiceProvider services = CoreServices.Over(storage);
        string first = (await storage.S3.PutObjectAsync(new() { BucketName = storage.Source, Key = "3.png", ContentBody = "first" })).VersionId;
        string second = (await storage.S3.PutObjectAsync(new() { BucketName = storage.Source, Key = "3.png", ContentBody = "second" })).VersionId;
        await MoveAsync(services, await ReadVersionAsync(second));

        Assert.Equal(MoveResult.Superseded, await MoveAsync(services, await ReadVersionAsync(first)));

        Assert.Equal("second"u8.ToArray(), await storage.ReadAsync(storage.Target, "digit-3/3.png"));

        async Task<SourcePicture> ReadVersionAsync(string version) =>
            (await services.GetRequiredService<PictureStore>().ReadAsync(new Upload(storage.Source, "3.png") { VersionId = version }, default))!;
    }

    [Fact]
    public async Task Metadata_that_S3_would_refuse_is_encoded_or_left_out_and_the_picture_is_filed()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(storage);
        await storage.UploadAsync("3.png", [1], "image/png", ("long", new string('x', 2000)), ("digit", "9"));

        await MoveAsync(services, await ReadAsync(services, storage));

        GetObjectMetadataResponse filed = await storage.S3.GetObjectMetadataAsync(storage.Target, "digit-3/3.png");
        Assert.Equal("3", filed.Metadata["digit"]);
        Assert.Null(filed.Metadata["long"]);
    }

    [Fact]
    public async Task A_picture_that_is_gone_is_looked_for_where_it_can_be_filed()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(storage);
        string eTag = await storage.UploadAsync("3.png", [1, 2, 3]);
        await MoveAsync(services, await ReadAsync(services, storage));
        PictureStore store = services.GetRequiredService<PictureStore>();

        Assert.Null(await store.ReadAsync(new Upload(storage.Source, "3.png"), default));
        Assert.Equal((OutcomeStatus.AlreadySorted, "digit-3/3.png"), await FindAsync("3.png", eTag));
        Assert.Equal((OutcomeStatus.Superseded, "digit-3/3.png"), await FindAsync("3.png", "another"));
        Assert.Equal((OutcomeStatus.Missing, null), await FindAsync("4.png", eTag));

        async Task<(OutcomeStatus, string?)> FindAsync(string key, string announced)
        {
            FiledState filed = await store.FindFiledAsync(new Upload(storage.Source, key) { ETag = announced }, default);
            return (filed.Status, filed.Key);
        }
    }

    private static async Task<SourcePicture> ReadAsync(ServiceProvider services, TestStorage storage) =>
        await services.GetRequiredService<PictureStore>().ReadAsync(new Upload(storage.Source, "3.png"), default)
        ?? throw new InvalidOperationException("The picture has to be there.");

    private static async Task<SourcePicture> ReadAsync(TestStorage storage)
    {
        await using ServiceProvider services = CoreServices.Over(storage);
        return await ReadAsync(services, storage);
    }

    private static Task<MoveResult> MoveAsync(ServiceProvider services, SourcePicture source) =>
        services.GetRequiredService<PictureMove>().MoveAsync(source, "digit-3/3.png", Labels, default);
}
