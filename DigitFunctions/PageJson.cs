using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Page;

namespace DigitFunctions;

/// <summary>What the page asks for when a person decides.</summary>
/// <param name="Key">The picture's key.</param>
/// <param name="ETag">Its eTag, as it was shown.</param>
/// <param name="Place">Where it is to go; not needed for taking a decision back.</param>
/// <param name="Undo">Whether the last decision is taken back.</param>
internal sealed record DecideRequest(string? Key, string? ETag, string? Place, bool Undo);

/// <summary>What the page asks for when a person replays dead letters.</summary>
internal sealed record DeadLettersToReplay(IReadOnlyList<string>? Keys, bool Remove);

/// <summary>What became of each.</summary>
internal sealed record ReplayAnswer(IReadOnlyList<LetterReplay> Letters);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(OutcomeStatusConverter), typeof(DecisionStatusConverter)])]
[JsonSerializable(typeof(OverviewView))]
[JsonSerializable(typeof(ListingPart))]
[JsonSerializable(typeof(PictureView))]
[JsonSerializable(typeof(PictureLabelsView))]
[JsonSerializable(typeof(LetterView))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(DecideRequest))]
[JsonSerializable(typeof(DeadLettersToReplay))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class PageJson : JsonSerializerContext;

/// <summary><c>filed</c>, <c>lost</c> …</summary>
internal sealed class DecisionStatusConverter() : JsonStringEnumConverter<DecisionStatus>(JsonNamingPolicy.KebabCaseLower);
