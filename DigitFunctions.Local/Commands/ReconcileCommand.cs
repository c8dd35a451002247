using System.CommandLine;
using System.Text.Json;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Reconciling;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits reconcile</c>: sorts uploads whose event was lost.</summary>
internal static class ReconcileCommand
{
    public static Command Create()
    {
        var bucket = new Option<string?>("--bucket") { Description = "One of the source buckets; without it all of them.", HelpName = "bucket" };
        var olderThan = new Option<string>("--older-than") { Description = "Leave younger objects alone, whose events are on their way: 90s, 10m, 2h, 1d.", DefaultValueFactory = _ => "10m", HelpName = "age" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell which objects wait, and do nothing." };
        var command = new Command("reconcile", "Find uploads whose event was lost in the source buckets, and sort them, with the settings of the functions.")
        {
            bucket,
            olderThan,
            dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!Age.TryParse(parsed.GetValue(olderThan), out TimeSpan age))
            {
                throw new UsageException($"--older-than must be {Age.Form}.");
            }

            await using ServiceProvider services = LocalServices.ForReconcile();
            services.GetRequiredService<IStartupValidator>().Validate();
            Reconciler reconciler = services.GetRequiredService<Reconciler>();
            string? asked = parsed.GetValue(bucket);
            if (asked is not null && !reconciler.IsSource(asked))
            {
                throw new UsageException($"--bucket must be one of the settings' source buckets (Sorting__SourceBuckets); {Printable.Of(asked)} is none.");
            }

            var request = new ReconcileRequest { Bucket = asked, OlderThan = age, IsDryRun = parsed.GetValue(dryRun) };
            return await RunAsync(reconciler, request, Console.Out, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Reconciler reconciler, ReconcileRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        var counts = new ReconcileCounts();
        var progress = new ProgressBar(0);
        bool isStopped = false;
        try
        {
            progress = new ProgressBar(Console.IsErrorRedirected ? 0 : await reconciler.CountAsync(request, cancellationToken));
            await foreach (ReconciledPart part in reconciler.RunAsync(request, TimeSpan.MaxValue, cancellationToken))
            {
                counts.Add(part);
                isStopped = part.IsGivenUp;
                progress.Clear();
                await TellAsync(part, request.IsDryRun, output);
                progress.Show(counts.Seen, $"{counts.Waiting} waited, {counts.Failed + counts.Refused} not handled");
            }
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            // What was done until then is told all the same.
            progress.Clear();
            await Console.Error.WriteLineAsync($"It ends here: {Printable.Of(e.Message)}");
            isStopped = true;
        }

        progress.Clear();
        Report(counts).Write(output);
        return isStopped || counts.Failed + counts.Refused + counts[OutcomeStatus.Blocked] > 0 ? 1 : 0;
    }

    private static async Task TellAsync(ReconciledPart part, bool isDryRun, TextWriter output)
    {
        foreach (string line in isDryRun
            ? part.Waiting.Select(upload => $"waiting  {upload.Bucket}/{upload.Key}")
            : part.Outcomes.Select(outcome => $"{NameOf(outcome.Status),-14}  {outcome.Bucket}/{outcome.Key}  {outcome.Target ?? outcome.Reason}"))
        {
            await output.WriteLineAsync(Printable.Of(line).TrimEnd());
        }

        foreach (string line in part.Refused.Select(refused => $"{part.Bucket}/{refused.Key} cannot be sorted: {refused.Reason}")
            .Concat(part.Failures.Select(failure => $"{failure.Name} is not handled: {failure.Exception.Message}")))
        {
            await Console.Error.WriteLineAsync(Printable.Of(line));
        }
    }

    private static Table Report(ReconcileCounts counts)
    {
        var table = new Table();
        table.Add("objects in the source buckets", "seen", counts.Seen);
        table.Add("too young to be missed", "young", counts.Young);
        table.Add("whose event was lost, or still waits", "waiting", counts.Waiting);
        foreach (OutcomeStatus status in Enum.GetValues<OutcomeStatus>().Where(status => status is not (OutcomeStatus.Skipped or OutcomeStatus.Rejected)))
        {
            table.Add($"of these {NameOf(status)}", NameOf(status).Replace('-', '_'), counts[status]);
        }

        table.Add("with a key that cannot be served", "refused", counts.Refused);
        table.Add("not handled for now", "failed", counts.Failed);
        return table;
    }

    private static string NameOf(OutcomeStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());
}
