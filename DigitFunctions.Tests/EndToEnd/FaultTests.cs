using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.Faults;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>The fault bench in small: real processes, broken again and again.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Whatever_fails_every_upload_is_filed_exactly_once_where_it_belongs()
    {
        using var predictor = new OnnxDigitPredictor(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"), 1);

        FaultRunResult result = await FaultRun.RunAsync(
            new FaultRunOptions { Pictures = 80, Kills = 1, PredictorDown = TimeSpan.FromSeconds(3), RefusedObjects = 0.05, DroppedEvents = 0.05, Seed = 5 }, predictor);

        Assert.True(result.IsComplete, $"The run was given up, its logs are in {result.Logs}");
        Assert.Empty(result.Audit.Findings);
        Assert.Empty(result.Untold);
        Assert.Equal((0, 0, 0), (result.Audit.Lost, result.Audit.Twice, result.Audit.Wrong));
        Assert.Equal(result.Uploads, result.Audit.Sorted + result.Audit.SetAside + result.Audit.Replaced + result.Audit.Blocked);
        Assert.Equal(result.Refused, result.Audit.Blocked);
        Assert.Equal(1, result.Kills);
        // The run was worth its time: something was broken, refused, set aside and overwritten.
        Assert.True(result.Refused > 0);
        Assert.True(result.Dropped > 0 && result.Reconciled > 0, $"{result.Dropped}, {result.Reconciled}");
        Assert.True(result.BrokenCalls.Where(call => call.Key != Fault.None).Sum(call => call.Value) > 20);
        Assert.True(result.Audit.SetAside > 0 && result.Overwrites.Count > 1, $"{result.Audit.SetAside}, {result.Overwrites.Count}");
    }
}
