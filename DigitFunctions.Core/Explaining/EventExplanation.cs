namespace DigitFunctions.Core.Explaining;

/// <summary>What an event would come to.</summary>
/// <param name="Records">Its first records, in their order.</param>
/// <param name="Left">How many records follow that are not explained.</param>
public sealed record EventExplanation(IReadOnlyList<RecordExplanation> Records, int Left);
