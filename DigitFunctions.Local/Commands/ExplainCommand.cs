using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Explaining;
using DigitFunctions.Core.Page;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits explain</c>: what would become of a saved event, or of a picture.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("EVENT|PICTURE") { Description = "Files of events as replay takes them, also dead letters, or pictures.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One line of JSON for each event or picture, as POST /api/explain answers it." };
        var command = new Command("explain", "Tell how an event is read, which object it means, what the model sees and says of it, and where it would go, with the settings of the functions. Nothing is written.")
        {
            files,
            json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] names = parsed.GetRequiredValue(files);
            if (names.FirstOrDefault(name => !File.Exists(name)) is { } missing)
            {
                throw new UsageException($"There is no file {Printable.Of(missing)}.");
            }

            await using ServiceProvider services = LocalServices.ForExplain();
            var explainer = services.GetRequiredService<Explainer>();
            var teller = new Teller(Console.Out, parsed.GetValue(json));
            int failed = 0;
            foreach (string name in names)
            {
                byte[] content = await File.ReadAllBytesAsync(name, cancellationToken);
                await teller.BeginAsync(name);
                if (IsEvent(content))
                {
                    services.GetRequiredService<IStartupValidator>().Validate();
                    failed |= await ExplainEventsAsync(explainer, name, content, teller, cancellationToken);
                }
                else
                {
                    await teller.TellAsync(await explainer.ExplainAsync(content, cancellationToken));
                }
            }

            return failed;
        });
        return command;
    }

    /// <returns>1 where one of the events cannot be read, or S3 does not answer; else 0.</returns>
    private static async Task<int> ExplainEventsAsync(Explainer explainer, string name, byte[] content, Teller teller, CancellationToken cancellationToken)
    {
        int failed = 0;
        try
        {
            foreach (ReadOnlyMemory<byte> document in ReplayFiles.Split(content))
            {
                EventExplanation told = await explainer.ExplainAsync(new EventMessage(document, []), cancellationToken);
                await teller.TellAsync(told);
                failed |= told.Records.Any(record => record.Notice.Kind is NoticeKind.Rejected or NoticeKind.Refused or NoticeKind.UnsupportedFormat) ? 1 : 0;
            }

            return failed;
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{Printable.Of(name)}: {Printable.Of(e.Message)}");
            return 1;
        }
    }

    /// <summary>Whether a file holds events: JSON of objects or arrays. There are pictures that are text as well.</summary>
    private static bool IsEvent(ReadOnlySpan<byte> content)
    {
        content = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
        return Utf8.IsValid(content) && content.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
    }

    /// <summary>Writes explanations, for people or for programs.</summary>
    private sealed class Teller(TextWriter output, bool isJson)
    {
        public Task BeginAsync(string name) => isJson ? Task.CompletedTask : WriteAsync([name]);

        public Task TellAsync(PictureExplanation picture) => isJson
            ? output.WriteLineAsync(JsonSerializer.Serialize(ExplainedPicture.Of(picture), ExplanationJson.Default.ExplainedPicture))
            : WriteAsync(ExplanationText.Of(picture));

        public Task TellAsync(EventExplanation told) => isJson
            ? output.WriteLineAsync(JsonSerializer.Serialize(ExplainedEvent.Of(told), ExplanationJson.Default.ExplainedEvent))
            : WriteAsync([.. told.Records.SelectMany(ExplanationText.Of), .. told.Left > 0 ? (string[])[$"left      {told.Left} more records are not explained"] : []]);

        private async Task WriteAsync(IEnumerable<string> lines)
        {
            foreach (string line in lines)
            {
                await output.WriteLineAsync(Printable.Of(line));
            }
        }
    }
}
