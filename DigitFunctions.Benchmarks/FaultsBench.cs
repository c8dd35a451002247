using System.CommandLine;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Storage;

namespace DigitFunctions.Benchmarks;

/// <summary><c>faults</c>: everything breaks all the time, and afterwards every upload has to be filed exactly once.</summary>
internal static class FaultsBench
{
    public static Command Create()
    {
        var pictures = new Option<int>("--pictures") { Description = "Keys that are uploaded; some are overwritten.", DefaultValueFactory = _ => 10_000 };
        var kills = new Option<int>("--kills") { Description = "How often the host is killed (kill -9), spread over the run.", DefaultValueFactory = _ => 20 };
        var dropped = new Option<double>("--dropped-events") { Description = "Percentage of the uploads that nothing announces; digits reconcile is to find them in the end.", HelpName = "percent" };
        var store = new Option<string>("--store") { Description = "The S3 server: ceph, or local for the local stack's.", DefaultValueFactory = _ => "ceph" };
        store.AcceptOnlyFromAmong("ceph", "local");
        var seed = new Option<int>("--seed") { Description = "Of the random numbers.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "faults",
            "Sorts pictures with the real processes while the host is killed, a tenth of all S3 and predictor calls breaks, the predictor is away for 30 s, events come twice and out of order, "
            + "and pictures are overwritten while they are handled; one in a hundred is an object that S3 gives to nobody. Exit code 0 only if nothing was lost, filed twice or filed wrongly.")
        {
            pictures, kills, dropped, store, seed,
        };
        command.SetAction(parsed => RunAsync(parsed.GetValue(pictures), parsed.GetValue(kills), parsed.GetValue(dropped) / 100, parsed.GetValue(store) == "ceph", parsed.GetValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(int pictures, int kills, double dropped, bool onCeph, int seed)
    {
        if (onCeph && CephGateway.WhyNot is { } reason)
        {
            await Console.Error.WriteLineAsync($"{reason}; --store local does without.");
            return 1;
        }

        using CephGateway? gateway = onCeph ? await CephGateway.StartAsync() : null;
        using var predictor = new OnnxDigitPredictor(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"), 1);
        FaultRunResult result = await FaultRun.RunAsync(
            new FaultRunOptions { Pictures = pictures, Kills = kills, DroppedEvents = dropped, Seed = seed, Store = gateway?.Url, Progress = Console.Error.WriteLine }, predictor);

        foreach (string finding in result.Audit.Findings.Concat(result.Untold.Select(key => $"no result event tells of {key}")))
        {
            await Console.Error.WriteLineAsync(finding);
        }

        bool isClean = result.IsComplete && result.Audit.Findings.Count == 0 && result.Untold.Count == 0 && result.Audit.Blocked == result.Refused;
        if (!isClean)
        {
            await Console.Error.WriteLineAsync($"The logs are in {result.Logs}");
        }

        Report(result).Write(Console.Out);
        return isClean ? 0 : 1;
    }

    private static Table Report(FaultRunResult result)
    {
        var table = new Table();
        table.Add("records on Kafka", result.Records);
        table.Add("seconds", result.Elapsed.TotalSeconds);
        foreach ((Fault fault, int count) in result.BrokenCalls.OrderBy(entry => entry.Key))
        {
            table.Add(fault == Fault.None ? "calls that went through" : $"calls broken: {fault}", count);
        }

        foreach ((string call, int count) in result.Overwrites.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            table.Add(call.Length == 0 ? "overwritten before they were read" : $"overwritten right before their {call}", count);
        }

        table.Add("records that are no events, kept as dead letters", result.Audit.Kept);
        table.Add("overwritten contents that a newer one replaced", result.Audit.Replaced);
        table.Add("seconds from the predictor's return to the next commit", result.PredictorRecover.TotalSeconds);
        table.Add("contents uploaded", "uploads", result.Uploads);
        table.Add("filed once, under the right digit", "sorted", result.Audit.Sorted);
        table.Add("set aside with their reason", "set_aside", result.Audit.SetAside);
        table.Add("objects that S3 gives to nobody", "refused", result.Refused);
        table.Add("of these, left where they are and their events kept", "blocked", result.Audit.Blocked);
        table.Add("lost", "lost", result.Audit.Lost);
        table.Add("in two places", "twice", result.Audit.Twice);
        table.Add("in the wrong place", "wrong", result.Audit.Wrong);
        table.Add("uploads that nothing announced", "dropped", result.Dropped);
        table.Add("uploads filed by digits reconcile", "reconciled", result.Reconciled);
        table.Add("filed pictures of which no result event tells", "untold", result.Untold.Count);
        table.Add("kills of the host", "kills", result.Kills);
        table.Add("longest time from a kill to the next commit, in s", "recover_s", result.Recover.TotalSeconds);
        return table;
    }
}
