using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary><c>micro</c>: the hot parts one by one, each beside its obvious rival, with BenchmarkDotNet.</summary>
internal static class MicroBench
{
    // The class, what its figures are called, and which of its methods is the project's own.
    private static readonly (string Name, Type Class, string Own)[] Subjects =
    [
        ("events", typeof(EventParsing), nameof(EventParsing.Parse)),
        ("transform", typeof(RobustPicture), nameof(RobustPicture.Transform)),
        ("sample_transform", typeof(SamplePicture), nameof(SamplePicture.Transform)),
        ("predict", typeof(OnnxBatch), nameof(OnnxBatch.Predict)),
        ("body", typeof(PredictBody), nameof(PredictBody.WriteBody)),
        ("nons3", typeof(BesideS3), nameof(BesideS3.Work)),
    ];

    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Which; all unless given.", Arity = ArgumentArity.ZeroOrMore };
        names.AcceptOnlyFromAmong([.. Subjects.Select(subject => subject.Name)]);
        var filter = new Option<string[]>("--filter") { Description = "Patterns of BenchmarkDotNet, such as *Picture*.", AllowMultipleArgumentsPerToken = true };
        var isShort = new Option<bool>("--short") { Description = "Fewer and shorter iterations: a first look, with more spread." };
        var command = new Command("micro", "Measures events, pictures, predictions and bodies by themselves with BenchmarkDotNet, each beside its obvious rival.")
        {
            names, filter, isShort,
        };
        command.SetAction(parsed => Run(parsed.GetValue(names) ?? [], parsed.GetValue(filter) ?? [], parsed.GetValue(isShort)));
        return command;
    }

    private static int Run(string[] names, string[] patterns, bool isShort)
    {
        string artifacts = Directory.CreateTempSubdirectory("digits-micro-").FullName;
        try
        {
            IConfig config = Configure(artifacts, patterns, isShort);
            var table = new Table();
            bool isComplete = true;
            List<Summary> summaries = [];
            foreach ((string name, Type type, string own) in Subjects.Where(subject => names.Length == 0 || names.Contains(subject.Name)))
            {
                Summary summary = BenchmarkRunner.Run(type, config);
                isComplete &= !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success);
                Report(summary, name, own, table);
                summaries.Add(summary);
            }

            // BenchmarkDotNet's log, on stderr, has these between thousands of other lines.
            foreach (Summary summary in summaries.Where(summary => summary.Reports.Length > 0))
            {
                MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
                Console.WriteLine();
            }

            table.Write(Console.Out);
            return isComplete ? 0 : 1;
        }
        finally
        {
            Directory.Delete(artifacts, recursive: true);
        }
    }

    private static ManualConfig Configure(string artifacts, string[] patterns, bool isShort)
    {
        // In this process: a project generated elsewhere would lack the native libraries, and the swap of packages, of this one.
        Job job = Job.Default
            .WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(10), logOutput: false))
            .WithWarmupCount(isShort ? 6 : 10)
            .WithIterationCount(isShort ? 6 : 15)
            .WithIterationTime(TimeInterval.FromMilliseconds(isShort ? 100 : 250));
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Min)
            .AddLogger(new TextLogger(Console.Error))
            .WithArtifactsPath(artifacts)
            .WithOptions(ConfigOptions.DisableLogFile);
        return patterns.Length > 0 ? config.AddFilter(new GlobFilter(patterns)) : config;
    }

    /// <summary>Adds the own method's figures. The quickest iteration counts: what slows the others is the rest of the machine.</summary>
    private static void Report(Summary summary, string name, string own, Table table)
    {
        foreach (BenchmarkReport report in summary.Reports.Where(report => report.ResultStatistics is not null && report.BenchmarkCase.Descriptor.WorkloadMethod.Name == own))
        {
            BenchmarkCase measured = report.BenchmarkCase;
            string parameter = string.Join('_', measured.Parameters.Items.Select(item => item.Value));
            double nanoseconds = report.ResultStatistics!.Min;
            table.Add($"{name} {parameter}: microseconds", $"{name}_{parameter}_us", nanoseconds / 1000);
            table.Add($"{name} {parameter}: bytes allocated", $"{name}_{parameter}_bytes", report.GcStats.GetBytesAllocatedPerOperation(measured) ?? 0);
            BenchmarkReport? rival = summary.Reports.FirstOrDefault(other =>
                other.ResultStatistics is not null && summary.IsBaseline(other.BenchmarkCase) && other.BenchmarkCase.Parameters.DisplayInfo == measured.Parameters.DisplayInfo);
            if (rival is not null)
            {
                table.Add($"{name} {parameter}: times {rival.BenchmarkCase.Descriptor.WorkloadMethod.Name}", $"{name}_{parameter}_ratio", nanoseconds / rival.ResultStatistics!.Min);
            }
        }
    }
}
