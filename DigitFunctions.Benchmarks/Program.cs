using System.CommandLine;
using DigitFunctions.Benchmarks;
using DigitFunctions.Benchmarks.Accuracy;
using DigitFunctions.Benchmarks.EndToEnd;
using DigitFunctions.Benchmarks.Micro;

// In full, since a package of BenchmarkDotNet has a namespace CommandLine.
return await DigitFunctions.Local.CommandLine.RunAsync(
    new RootCommand("Measures DigitFunctions. Each benchmark prints a table and, as its last line, its figures as name=value pairs.")
    {
        AccuracyBench.Create(),
        BatchBench.Create(),
        EndToEndBench.Create(),
        FaultsBench.Create(),
        FuzzBench.Create(),
        FuzzImagesBench.Create(),
        MemoryBench.Create(),
        MicroBench.Create(),
        OpenCvBench.Create(),
        PageBench.Create(),
        ScaleBench.Create(),
        ScanFrames.Create(),
        SchedulesBench.Create(),
        StartBench.Create(),
        MeasuredHost.Create(),
        BareLoop.Create(),
        StartBench.CreateEmptyHost(),
    },
    args);
