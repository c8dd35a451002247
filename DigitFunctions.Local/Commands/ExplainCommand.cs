using System.CommandLine;
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
        var command = new Command("explain", "Tell how an event is read, which object it means, what the model sees and says of it, and where it would go, with the settings of the functions. Nothing is written.")
        {
            files,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] names = parsed.GetRequiredValue(files);
            if (names.FirstOrDefault(name => !File.Exists(name)) is { } missing)
            {
                throw new UsageException($"There is no file {Printable.Of(missing)}.");
            }

            await using ServiceProvider services = LocalServices.ForExplain();
            int failed = 0;
            foreach (string name in names)
            {
                failed |= await RunAsync(services, name, Console.Out, cancellationToken);
            }

            return failed;
        });
        return command;
    }

    private static async Task<int> RunAsync(ServiceProvider services, string name, TextWriter output, CancellationToken cancellationToken)
    {
        byte[] content = await File.ReadAllBytesAsync(name, cancellationToken);
        await WriteAsync(output, [name]);
        if (!IsText(content))
        {
            await WriteAsync(output, ExplanationText.Of(await services.GetRequiredService<Explainer>().ExplainAsync(content, cancellationToken)));
            return 0;
        }

        services.GetRequiredService<IStartupValidator>().Validate();
        try
        {
            foreach (ReadOnlyMemory<byte> document in ReplayFiles.Split(content))
            {
                foreach (RecordExplanation record in await services.GetRequiredService<Explainer>().ExplainAsync(new EventMessage(document, []), cancellationToken))
                {
                    await WriteAsync(output, ExplanationText.Of(record));
                }
            }

            return 0;
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{Printable.Of(name)}: {Printable.Of(e.Message)}");
            return 1;
        }
    }

    /// <summary>Events are JSON, or should be; pictures are bytes that no text has.</summary>
    private static bool IsText(byte[] content) => Utf8.IsValid(content) && !content.AsSpan().Contains((byte)0);

    private static async Task WriteAsync(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            await output.WriteLineAsync(Printable.Of(line));
        }
    }
}
