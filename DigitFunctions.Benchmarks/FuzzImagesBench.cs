using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using DigitFunctions.Core.Images;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks;

/// <summary><c>fuzz-images</c>: the transform against hostile files of every format, half of them PNG, each of which has to be read or refused with a reason, in bounded time and memory.</summary>
internal sealed partial class FuzzImagesBench(int seed, int first, int inputs, string? folder)
{
    private const double MostMebibytes = 256;

    // What a container of that size would be given: not half of it for the heap, since pixels lie outside of it, and large blocks given back at once.
    private static readonly Dictionary<string, string> Container = new()
    {
        ["DOTNET_GCHeapHardLimit"] = "0x6800000",
        ["DOTNET_GCConserveMemory"] = "5",
        ["DOTNET_GCgen0size"] = "0x400000",
        ["MALLOC_ARENA_MAX"] = "1",
        ["MALLOC_MMAP_THRESHOLD_"] = "262144",
    };

    private const int Repetitions = 3;

    // Of one core's time, so that a busy machine is not taken for a slow decoder; and of the clock, for a thread that waits for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceByClock = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    private readonly PngFuzz _png = new(seed, GoodFiles());
    private readonly FormatFuzz _others = new(seed);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private int _begun;
    private int _read;
    private int _bad;
    private double _slowest;
    private int _slowestIndex;
    private TimeSpan _total;

    public static Command Create()
    {
        var inputs = new Option<int>("--inputs") { Description = "How many files.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Of the random numbers.", DefaultValueFactory = _ => 1 };
        var first = new Option<int>("--first") { Description = "The number of the first file, to repeat a part of a run." };
        var save = new Option<string?>("--save") { Description = "A folder that receives the files that were bad." };
        var command = new Command(
            "fuzz-images",
            "Transforms hostile files of every format with both profiles. Exit code 0 only if all were read or unreadable, within ten seconds each and 256 MiB.")
        {
            inputs, seed, first, save,
        };
        command.SetAction(async (parsed, cancellationToken) => IsInContainer
            ? new FuzzImagesBench(parsed.GetValue(seed), parsed.GetValue(first), parsed.GetValue(inputs), parsed.GetValue(save)).Run()
            : await RunInContainerAsync(cancellationToken));
        return command;
    }

    private static bool IsInContainer => Container.All(setting => Environment.GetEnvironmentVariable(setting.Key) == setting.Value);

    /// <summary>Runs the same command again: these settings only count from a process's start.</summary>
    private static async Task<int> RunInContainerAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", Environment.GetCommandLineArgs());
        foreach ((string name, string value) in Container)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode;
    }

    private static IEnumerable<byte[]> GoodFiles() =>
    [
        .. GoldenPictures.Read(GoldenPictures.Checked).Select(golden => golden.Picture),
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.png").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
    ];

    /// <summary>Two of PNG and two of the others in turn, since the profile changes with every file.</summary>
    private byte[] Make(int index) => index % 4 < 2 ? _png.Make(index) : _others.Make(index);

    private int Run()
    {
        var workers = new Worker[Environment.ProcessorCount];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Worker(Work);
        }

        int done = 0;
        while (workers.Any(worker => worker.IsAlive) && !workers.Any(HasHung))
        {
            workers[0].Join(Watch);
            if (Volatile.Read(ref _begun) / 100_000 > done)
            {
                done++;
                Console.Error.WriteLine($"{done}00000 files");
            }
        }

        return Report();
    }

    /// <summary>Whether a worker's file takes longer than any may; that ends the run, since a thread cannot be ended.</summary>
    private bool HasHung(Worker worker)
    {
        if (worker.Current is not { } current)
        {
            return false;
        }

        TimeSpan busy = (Environment.CpuUsage.TotalTime - current.Cpu) / Environment.ProcessorCount;
        if (busy < Patience && Stopwatch.GetElapsedTime(current.Start) < PatienceByClock)
        {
            return false;
        }

        Bad(current.Index, $"takes longer than {Patience.TotalSeconds} s");
        return true;
    }

    private void Work(Worker worker)
    {
        for (int i; (i = Interlocked.Increment(ref _begun) - 1) < inputs;)
        {
            byte[] file = Make(first + i);
            Transform(worker, first + i, file);
            worker.Current = null;
        }
    }

    private void Transform(Worker worker, int index, byte[] file)
    {
        try
        {
            (TimeSpan elapsed, string? reason) = Measure(worker, index, file);
            double milliseconds = elapsed.TotalMilliseconds;

            // A single time may be that of something else on the machine.
            for (int i = 0; milliseconds > _slowest && i < Repetitions; i++)
            {
                milliseconds = Math.Min(milliseconds, Measure(worker, index, file).Elapsed.TotalMilliseconds);
            }

            Count(index, reason, elapsed, milliseconds);
        }
        catch (Exception exception)
        {
            Bad(index, exception.ToString());
        }
    }

    private static (TimeSpan Elapsed, string? Reason) Measure(Worker worker, int index, byte[] file)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        worker.Current = new Started(index, start, cpu);
        string? reason = ReadOrUnreadable.Check(file, index % 2 == 0 ? ImagingProfile.Robust : ImagingProfile.KServeSample);
        return (Stopwatch.GetElapsedTime(start), reason);
    }

    private void Count(int index, string? reason, TimeSpan elapsed, double milliseconds)
    {
        lock (_lock)
        {
            _total += elapsed;
            if (milliseconds > _slowest)
            {
                (_slowest, _slowestIndex) = (milliseconds, index);
            }

            if (reason is null)
            {
                _read++;
            }
            else
            {
                string kind = Numbers().Replace(reason.Split(':')[0], "N");
                _reasons[kind] = _reasons.GetValueOrDefault(kind) + 1;
            }
        }
    }

    private void Bad(int index, string what)
    {
        lock (_lock)
        {
            _bad++;
            Console.Error.WriteLine($"File {index} of seed {seed} (--seed {seed} --first {index} --inputs 1): {what}");
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
                File.WriteAllBytes(Path.Combine(folder, $"{seed}-{index}.bin"), Make(index));
            }
        }
    }

    private int Report()
    {
        lock (_lock)
        {
            using var process = Process.GetCurrentProcess();
            double peak = process.PeakWorkingSet64 / (double)(1 << 20);
            var table = new Table();
            foreach ((string kind, int count) in _reasons)
            {
                table.Add($"unreadable: {kind}", count);
            }

            table.Add("the slowest file is number", _slowestIndex);
            table.Add("hostile files", "inputs", inputs);
            table.Add("that were neither read nor refused with a reason, in time", "bad", _bad);
            table.Add("read", "read", _read);
            table.Add("unreadable", "unreadable", _reasons.Values.Sum());
            table.Add("mean ms a file", "mean_ms", _total.TotalMilliseconds / inputs);
            table.Add("slowest file in ms", "slowest_ms", _slowest);
            table.Add($"most memory of the process, {Environment.ProcessorCount} files at a time, in MiB", "peak_mib", peak);
            table.Write(Console.Out);
            return _bad == 0 && peak <= MostMebibytes ? 0 : 1;
        }
    }

    [GeneratedRegex("-?[0-9]+")]
    private static partial Regex Numbers();

    /// <summary>A thread, and what it is at.</summary>
    private sealed class Worker
    {
        private readonly Thread _thread;
        private volatile Started? _current;

        public Worker(Action<Worker> work)
        {
            _thread = new Thread(() => work(this)) { IsBackground = true };
            _thread.Start();
        }

        public bool IsAlive => _thread.IsAlive;

        public Started? Current
        {
            get => _current;
            set => _current = value;
        }

        public void Join(TimeSpan timeout) => _thread.Join(timeout);
    }

    private sealed record Started(int Index, long Start, TimeSpan Cpu);
}
