using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Schedules;

/// <summary>Many schedules, and the smallest that shows a fault.</summary>
internal static class ScheduleRuns
{
    private static readonly MemoryConditions[] Servers = [MemoryConditions.Aws, MemoryConditions.Aws, MemoryConditions.Ceph, MemoryConditions.None];

    /// <summary>A small picture of a digit, since each schedule transforms some.</summary>
    public static byte[] Picture { get; } = File.ReadAllBytes(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*-28x28.png").Min()!);

    /// <summary>The options of a seed.</summary>
    public static ScheduleOptions Options(int seed) => new(Servers[seed % Servers.Length]);

    /// <summary>Plays one schedule.</summary>
    public static async Task<(IReadOnlyList<string> Wrong, IReadOnlyList<string> Story)> PlayAsync(int seed, ScheduleOptions options)
    {
        await using var schedule = new Schedule(seed, options);
        IReadOnlyList<string> wrong = await schedule.RunAsync().ConfigureAwait(false);
        return (wrong, schedule.Story);
    }

    /// <summary>Leaves out what the fault does not need.</summary>
    public static async Task<string> ShrinkAsync(int seed, ScheduleOptions options)
    {
        (IReadOnlyList<string> wrong, IReadOnlyList<string> story) = await PlayAsync(seed, options).ConfigureAwait(false);
        bool shrank = true;
        while (shrank)
        {
            shrank = false;
            foreach (ScheduleOptions smaller in options.Smaller())
            {
                // Another order: the seed alone does not say whether the fault is in it, so that some are tried.
                for (int other = seed; other < seed + 100 && !shrank; other++)
                {
                    (IReadOnlyList<string> stillWrong, IReadOnlyList<string> shorter) = await PlayAsync(other, smaller).ConfigureAwait(false);
                    if (stillWrong.Count > 0 && shorter.Count <= story.Count)
                    {
                        (wrong, story, options, seed, shrank) = (stillWrong, shorter, smaller, other, true);
                    }
                }

                if (shrank)
                {
                    break;
                }
            }
        }

        return $"seed {seed}, {options}:\n{string.Join('\n', wrong)}\n\n{string.Join('\n', story)}";
    }
}
