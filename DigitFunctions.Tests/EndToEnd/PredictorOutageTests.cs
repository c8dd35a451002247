using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>The KServe predictor is away for a while.</summary>
public sealed class PredictorOutageTests : IAsyncLifetime, IDisposable
{
    private readonly OnnxDigitPredictor _model = new(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"), 1);
    private LocalPredictor _predictor = null!;
    private FaultyProxy _proxy = null!;
    private volatile bool _isAway = true;

    public async Task InitializeAsync()
    {
        _predictor = await LocalPredictor.StartAsync(_model, "mnist", 0, "port", NullLoggerFactory.Instance);
        _proxy = await FaultyProxy.StartAsync(_predictor.Url, _ => _isAway ? Fault.CutBefore : Fault.None);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _predictor.DisposeAsync();
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task In_KServe_mode_the_batch_is_held_and_everything_is_filed_when_the_predictor_is_back()
    {
        await using SortingApp app = await StartAsync("KServe");
        await UploadAsync(app, 1, 2, 3);
        await Eventually.TrueAsync("failed invocation", () => Task.FromResult(app.Log.Contains("Unfinished")));
        await app.SourceHoldsAsync("1.png", "2.png", "3.png");
        Assert.Equal(0, app.Committed);

        _isAway = false;

        await app.TargetHoldsAsync("digit-1/1.png", "digit-2/2.png", "digit-3/3.png");
        await app.SourceHoldsAsync();
        await app.CommittedAsync(3);
        Assert.Equal("kserve:mnist", await ModelAsync(app, "digit-1/1.png"));
    }

    [Fact]
    public async Task With_the_fallback_everything_is_filed_meanwhile_and_the_predictor_is_asked_again_when_it_is_back()
    {
        await using SortingApp app = await StartAsync("KServeWithOnnxFallback");
        await UploadAsync(app, 1, 2, 3);

        await app.TargetHoldsAsync("digit-1/1.png", "digit-2/2.png", "digit-3/3.png");
        await app.CommittedAsync(3);
        Assert.StartsWith("onnx:mnist@", await ModelAsync(app, "digit-1/1.png"), StringComparison.Ordinal);

        _isAway = false;
        int next = 0;
        await Eventually.TrueAsync("answer of the predictor", async () =>
        {
            string key = $"again-{next++}.png";
            await app.AnnounceAsync(key, await app.Storage.UploadAsync(key, Some.Picture(4)));
            await Eventually.TrueAsync("filed picture", async () => (await app.Storage.KeysAsync(app.Storage.Target)).Contains($"digit-4/{key}"));
            return await ModelAsync(app, $"digit-4/{key}") == "kserve:mnist";
        });
    }

    private Task<SortingApp> StartAsync(string mode) => SortingApp.StartAsync(
        StorageKind.Local,
        ("Prediction:Mode", mode),
        ("Prediction:Url", _proxy.Url.ToString()),
        ("Prediction:BreakDuration", "00:00:00.5"),
        ("Prediction:RetryDelay", "00:00:00.01"),
        ("Processing:RetryBudget", "00:00:00.2"));

    private static async Task UploadAsync(SortingApp app, params int[] digits)
    {
        foreach (int digit in digits)
        {
            await app.AnnounceAsync($"{digit}.png", await app.Storage.UploadAsync($"{digit}.png", Some.Picture(digit)));
        }
    }

    private static async Task<string> ModelAsync(SortingApp app, string key) =>
        (await app.Storage.S3.GetObjectMetadataAsync(app.Storage.Target, key)).Metadata["model"];
}
