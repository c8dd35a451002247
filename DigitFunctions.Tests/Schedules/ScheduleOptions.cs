using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Schedules;

/// <summary>What can happen in a schedule; a shrunk one has less of it.</summary>
internal sealed record ScheduleOptions(MemoryConditions Server)
{
    /// <summary>What the uploader does, in steps.</summary>
    public int UserSteps { get; init; } = 5;

    /// <summary>Different keys.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>Workers at the same time; with two, both may handle the same records.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Processes that end in the middle.</summary>
    public int Crashes { get; init; } = 3;

    /// <summary>Calls that fail, before or after the server did what they ask.</summary>
    public int Faults { get; init; } = 3;

    /// <summary>Whether one key is refused for ever.</summary>
    public bool HasRefusedKey { get; init; } = true;

    /// <summary>Whether events come twice, or in another order.</summary>
    public bool HasOddEvents { get; init; } = true;

    /// <summary>Whether pictures are removed by their owner.</summary>
    public bool HasRemovals { get; init; } = true;

    /// <summary>The same, with one thing less.</summary>
    public IEnumerable<ScheduleOptions> Smaller()
    {
        if (Workers > 1)
        {
            yield return this with { Workers = 1 };
        }

        if (HasRefusedKey)
        {
            yield return this with { HasRefusedKey = false };
        }

        if (HasOddEvents)
        {
            yield return this with { HasOddEvents = false };
        }

        if (HasRemovals)
        {
            yield return this with { HasRemovals = false };
        }

        if (Keys > 1)
        {
            yield return this with { Keys = Keys - 1 };
        }

        if (Faults > 0)
        {
            yield return this with { Faults = Faults - 1 };
        }

        if (Crashes > 0)
        {
            yield return this with { Crashes = Crashes - 1 };
        }

        if (UserSteps > 1)
        {
            yield return this with { UserSteps = UserSteps - 1 };
        }
    }
}
