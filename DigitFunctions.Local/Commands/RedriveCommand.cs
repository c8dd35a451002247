using System.CommandLine;
using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits redrive</c>: has the dead letters in a bucket handled again.</summary>
/// <remarks>
/// In this process rather than by the HTTP function: counting the tries needs the bucket's credentials here anyway, a run may take longer than a request does and
/// letters may be larger than a request may be, and it works while the functions are stopped. What files the pictures is the functions' own pipeline, with their settings.
/// </remarks>
internal static class RedriveCommand
{
    private const string Scheme = "s3://";

    public static Command Create()
    {
        var reason = new Option<string>("--reason") { Description = "Only letters whose recorded reason holds this, in any case.", DefaultValueFactory = _ => "", HelpName = "text" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell which letters would be tried, and do nothing." };
        var most = new Option<int?>("--max") { Description = "Try at most so many letters.", HelpName = "N" };
        var delete = new Option<bool>("--delete") { Description = "Remove letters whose uploads are all handled now." };
        var force = new Option<bool>("--force") { Description = $"Try letters as well that failed {DeadLetterRedrive.MostTries} times: their cause may be mended since." };
        var letters = new Argument<string>("LETTERS") { Description = $"Where the letters are, such as s3://digits/{DeadLetter.Prefix} or s3://digits/{DeadLetter.Prefix}mnist/0/17.json; all keys that begin so." };
        var command = new Command("redrive", "Have the dead letters in the target bucket handled again, with the settings of the functions, and print what became of each.")
        {
            reason,
            dryRun,
            most,
            delete,
            force,
            letters,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (string bucket, string prefix) = Parse(parsed.GetRequiredValue(letters));
            if (parsed.GetValue(most) < 1)
            {
                throw new UsageException("--max must be 1 or more.");
            }

            await using ServiceProvider services = LocalServices.ForRedrive();
            services.GetRequiredService<IStartupValidator>().Validate();
            string target = services.GetRequiredService<IOptions<SortingOptions>>().Value.TargetBucket;
            if (bucket != target)
            {
                throw new UsageException($"The letters must be in the target bucket of the settings, {target} (Sorting__TargetBucket); {Printable.Of(bucket)} is another.");
            }

            var request = new RedriveRequest(prefix)
            {
                Reason = parsed.GetValue(reason) ?? "",
                IsDryRun = parsed.GetValue(dryRun),
                Most = parsed.GetValue(most) ?? int.MaxValue,
                Removes = parsed.GetValue(delete),
                IsForced = parsed.GetValue(force),
            };
            return await RunAsync(services.GetRequiredService<DeadLetterRedrive>(), request, Console.Out, cancellationToken);
        });
        return command;
    }

    /// <summary>The bucket and the prefix of an address.</summary>
    /// <exception cref="UsageException">It is not one of dead letters.</exception>
    internal static (string Bucket, string Prefix) Parse(string address)
    {
        string[] parts = address.StartsWith(Scheme, StringComparison.Ordinal) ? address[Scheme.Length..].Split('/', 2) : [];
        string prefix = parts is [_, { } given] ? given : "";
        prefix = $"{prefix}/" == DeadLetter.Prefix ? DeadLetter.Prefix : prefix;
        return parts is [{ Length: > 0 } bucket, _] && prefix.StartsWith(DeadLetter.Prefix, StringComparison.Ordinal)
            ? (bucket, prefix) : throw new UsageException($"LETTERS must be an address of dead letters, such as s3://digits/{DeadLetter.Prefix}; it is '{Printable.Of(address)}'.");
    }

    private static async Task<int> RunAsync(DeadLetterRedrive redrive, RedriveRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        int[] counts = new int[Enum.GetValues<RedriveStatus>().Length];
        int removed = 0;
        bool isStopped = false;
        try
        {
            await foreach (RedrivenLetter letter in redrive.RunAsync(request, cancellationToken))
            {
                counts[(int)letter.Status]++;
                removed += letter.IsRemoved ? 1 : 0;
                await output.WriteLineAsync(Printable.Of($"{NameOf(letter.Status),-11}  {letter.Key}  {string.Join("; ", Describe(letter))}"));
            }
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            // What was done until then is told all the same.
            await Console.Error.WriteLineAsync($"It ends here: {Printable.Of(e.Message)}");
            isStopped = true;
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"{string.Join(' ', Enum.GetValues<RedriveStatus>().Select(status => $"{NameOf(status).Replace('-', '_')}={counts[(int)status]}"))} removed={removed}");
        return isStopped || counts[(int)RedriveStatus.Failed] + counts[(int)RedriveStatus.Foreign] + counts[(int)RedriveStatus.Unreachable] > 0 ? 1 : 0;
    }

    private static IEnumerable<string> Describe(RedrivenLetter letter) => letter.Reason is { } reason
        ? [reason] : letter.Outcomes.Select(outcome => $"{JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.Status.ToString())} {outcome.Target ?? outcome.Key}".TrimEnd());

    private static string NameOf(RedriveStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());
}
