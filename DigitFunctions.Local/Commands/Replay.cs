using System.Net;
using System.Text.Json;
using DigitFunctions.Core.Batches;

namespace DigitFunctions.Local.Commands;

/// <summary>Sends saved events one after the other, in their order, and counts how they end.</summary>
/// <param name="client">Sends them.</param>
/// <param name="url">Where to.</param>
/// <param name="standardInput">Opens the standard input.</param>
/// <param name="log">Is told of faults and, when there are many events, of the progress.</param>
internal sealed class Replay(HttpClient client, Uri url, Func<Stream> standardInput, TextWriter log)
{
    /// <summary>Events between two lines that tell of the progress.</summary>
    private const int Many = 100;

    // What is neither: the event was not read, or not all of it is done; and a server that is not this application.
    private const string Unfinished = "unfinished";
    private const string Accepted = "accepted";

    private static readonly string[] Order =
    [
        .. Enum.GetNames<OutcomeStatus>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName), Unfinished, Accepted,
    ];

    private readonly Dictionary<string, int> _counts = [];
    private int _sent;

    /// <summary>How many uploads, or events without uploads, ended how.</summary>
    public IEnumerable<(string Outcome, int Count)> Tally => Order.Where(_counts.ContainsKey).Select(outcome => (outcome, _counts[outcome]));

    /// <summary>Sends all events of the files.</summary>
    /// <returns>Whether every event was read and handled; if not, the log says why.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        bool isGood = true;
        for (int i = 0; i < files.Count; i++)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> documents = ReplayFiles.Split(await ReadAsync(files[i], cancellationToken));
            for (int j = 0; j < documents.Count; j++)
            {
                string name = documents.Count == 1 ? files[i] : $"{files[i]}#{j + 1}";
                try
                {
                    isGood &= await SendAsync(name, documents[j], cancellationToken);
                }
                catch (ReplayStoppedException e)
                {
                    await log.WriteLineAsync($"{name}: {e.Message} {_sent} events were sent before; sending them again does no harm.");
                    return false;
                }

                if (++_sent % Many == 0)
                {
                    await log.WriteLineAsync($"{_sent} events sent; file {i + 1} of {files.Count}");
                }
            }
        }

        return isGood;
    }

    private async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file != ReplayFiles.StandardInput)
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }

        using var content = new MemoryStream();
        await using Stream input = standardInput();
        await input.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    /// <exception cref="ReplayStoppedException">No event will get through: nobody answers, or not the function.</exception>
    private async Task<bool> SendAsync(string name, ReadOnlyMemory<byte> document, CancellationToken cancellationToken)
    {
        HttpStatusCode status;
        byte[] body;
        try
        {
            using HttpRequestMessage request = ReplayRequest.Create(url, document);
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            status = response.StatusCode;
            body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ReplayStoppedException($"{url} cannot be reached: {e.Message}.", e);
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new ReplayStoppedException($"{url} did not answer within {client.Timeout.TotalMinutes} minutes.", e);
        }

        if ((int)status is >= 300 and < 400 or 401 or 403 or 404 or 405)
        {
            throw new ReplayStoppedException($"{url} answered {(int)status}: is it the address of /api/events, and is the key right (--key)?");
        }

        return await CountAsync(name, status, body);
    }

    private async Task<bool> CountAsync(string name, HttpStatusCode status, byte[] body)
    {
        (IReadOnlyList<string> outcomes, string? reason) = Read(body);
        bool isUnfinished = (int)status is 408 or 429 or >= 500;
        bool isGood = (int)status is >= 200 and < 300;
        foreach (string outcome in outcomes)
        {
            Count(outcome);
        }

        if (isUnfinished)
        {
            Count(Unfinished);
        }
        else if (outcomes.Count == 0)
        {
            Count(isGood ? Accepted : "rejected");
        }

        if (!isGood)
        {
            await log.WriteLineAsync($"{name}: {(int)status} {Printable.Of(reason ?? "without a reason")}");
        }

        return isGood;
    }

    private void Count(string outcome) => _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;

    /// <summary>The statuses and the fault that an answer tells; none where it is no answer of this application.</summary>
    private static (IReadOnlyList<string> Outcomes, string? Reason) Read(byte[] body)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(body);
            JsonElement root = answer.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return ([], null);
            }

            string[] outcomes = root.TryGetProperty("outcomes", out JsonElement list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(StatusOf).OfType<string>()]
                : [];
            return (outcomes, Text(root, "detail") ?? Text(root, "error"));
        }
        catch (JsonException)
        {
            return ([], null);
        }
    }

    private static string? StatusOf(JsonElement outcome) =>
        outcome.ValueKind == JsonValueKind.Object && Text(outcome, "status") is { } status && Order.Contains(status) ? status : null;

    private static string? Text(JsonElement container, string name) =>
        container.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed class ReplayStoppedException(string message, Exception? innerException = null) : Exception(message, innerException);
}
