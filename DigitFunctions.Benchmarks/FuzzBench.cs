using System.CommandLine;
using System.Diagnostics;
using System.Text;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Benchmarks;

/// <summary><c>fuzz</c>: the event reader against hostile events, which have to end in well-formed notices, and soon.</summary>
internal static class FuzzBench
{
    private const int Per = 100_000;

    // Shorter inputs tell more of the clock than of the reader.
    private const int LeastBytes = 10_000;
    private const int Repetitions = 3;

    public static Command Create()
    {
        var inputs = new Option<int>("--inputs") { Description = "How many events.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Of the random numbers.", DefaultValueFactory = _ => 1 };
        var command = new Command("fuzz", "Reads hostile events made of the test samples. Exit code 0 only if none threw and all notices were well formed.") { inputs, seed };
        command.SetAction(parsed => Run(parsed.GetValue(inputs), parsed.GetValue(seed)));
        return command;
    }

    private static int Run(int inputs, int seed)
    {
        EventMessage[] samples = [.. EventSample.Names.Select(name => EventSample.Load(name).Message)];
        var fuzz = new EventFuzz(samples, seed);
        var kinds = new SortedDictionary<NoticeKind, int>();
        (long bytes, int large, int bad) = (0, 0, 0);
        (double slowest, double worst, double hungriest) = (0, 0, 0);
        TimeSpan total = TimeSpan.Zero;
        for (int i = 0; i < inputs; i++)
        {
            EventMessage message = fuzz.Next();
            int length = message.Body?.Length ?? 0;
            bytes += length;
            try
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(message);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                total += elapsed;
                WellFormed.Check(notices);
                foreach (UploadNotice notice in notices)
                {
                    kinds[notice.Kind] = kinds.GetValueOrDefault(notice.Kind) + 1;
                }

                if (elapsed.TotalMilliseconds > slowest)
                {
                    slowest = Math.Max(slowest, Again(message, elapsed));
                }

                if (length >= LeastBytes)
                {
                    large++;
                    hungriest = Math.Max(hungriest, (double)allocated / length);
                    double scale = (double)Per / length;
                    if (elapsed.TotalMilliseconds * scale > worst)
                    {
                        worst = Math.Max(worst, Again(message, elapsed) * scale);
                    }
                }
            }
            catch (Exception e)
            {
                bad++;
                Console.Error.WriteLine($"Input {i} of seed {seed}: {e}\n{Encoding.UTF8.GetString(message.Body.GetValueOrDefault().Span)}");
            }

            if (i > 0 && i % 100_000 == 0)
            {
                Console.Error.WriteLine($"{i} inputs");
            }
        }

        var table = new Table();
        foreach ((NoticeKind kind, int count) in kinds)
        {
            table.Add($"notices: {kind}", count);
        }

        table.Add($"inputs of at least {LeastBytes} bytes", large);
        table.Add("hostile events", "inputs", inputs);
        table.Add("that threw, or gave notices that are not well formed", "bad", bad);
        table.Add("mean microseconds an event", "mean_us", total.TotalMicroseconds / inputs);
        table.Add("mean bytes an event", "mean_bytes", (double)bytes / inputs);
        table.Add("slowest event in ms", "slowest_ms", slowest);
        table.Add("most ms for 100 kB, of the large ones", "worst_ms_per_100kb", worst);
        table.Add("most bytes allocated for a byte read, of the large ones", "worst_allocated_per_byte", hungriest);
        table.Write(Console.Out);
        return bad == 0 ? 0 : 1;
    }

    /// <summary>The shortest time of some more readings: a single one may have been held up by something else on the machine.</summary>
    private static double Again(EventMessage message, TimeSpan first)
    {
        double shortest = first.TotalMilliseconds;
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            UploadEventParser.Parse(message);
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return shortest;
    }
}
