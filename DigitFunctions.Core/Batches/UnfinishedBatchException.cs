namespace DigitFunctions.Core.Batches;

/// <summary>Some uploads could not be handled within the retry budget. Whoever sent the batch has to send it again; what is done is not done twice.</summary>
/// <param name="outcomes">The outcomes of those that could be handled.</param>
/// <param name="failures">One failure for each of the others.</param>
public sealed class UnfinishedBatchException(IReadOnlyList<UploadOutcome> outcomes, IReadOnlyList<UploadFailure> failures)
    : Exception(Describe(failures), failures[0].Exception)
{
    /// <summary>The outcomes of the uploads that could be handled.</summary>
    public IReadOnlyList<UploadOutcome> Outcomes { get; } = outcomes;

    /// <summary>The uploads that could not be handled.</summary>
    public IReadOnlyList<UploadFailure> Failures { get; } = failures;

    private static string Describe(IReadOnlyList<UploadFailure> failures) =>
        $"{failures.Count} of the batch could not be handled, the first being {failures[0].Name}: {failures[0].Exception.Message}";
}

/// <summary>An upload, or an event, that could not be handled yet.</summary>
/// <param name="Name">The bucket and key, or the event's place in Kafka.</param>
/// <param name="Exception">What stood in the way.</param>
public sealed record UploadFailure(string Name, Exception Exception);
