using DigitFunctions.Core.Batches;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests;

/// <summary>Where below its place a picture is filed.</summary>
public sealed class LayoutTests
{
    [Fact]
    public async Task The_same_key_in_two_source_buckets_has_two_places()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Sorting:SourceBuckets:1", "letters"));
        app.S3.CreateBuckets("letters");

        await app.ProcessAsync(app.Upload("a.png", 0, Some.Picture()), app.Upload("a.png", 1, Some.OtherPicture(), "letters"));

        Assert.Equal(["digit-5/letters/a.png", "digit-5/mnist/a.png"], app.S3.Keys(MemoryApp.Target));
        Assert.Equal(Some.OtherPicture(), app.S3.Find(MemoryApp.Target, "digit-5/letters/a.png")!.Bytes);
    }

    [Theory]
    [InlineData("Auto", "digit-5/a.png")]
    [InlineData("Key", "digit-5/a.png")]
    [InlineData("BucketAndKey", "digit-5/mnist/a.png")]
    public async Task One_source_bucket_needs_no_folder_of_its_own(string layout, string place)
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Sorting:Layout", layout));

        UploadOutcome outcome = Assert.Single(await app.ProcessAsync(app.Upload("a.png", 0)));

        Assert.Equal(place, outcome.Target);
        Assert.Equal(OutcomeStatus.AlreadySorted, Assert.Single(await app.ProcessAsync(MemoryApp.Event("mnist", "a.png", app.S3.Find("digits", place)!["source-etag"]!, 1))).Status);
    }
}
