using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Batches;

namespace DigitFunctions;

/// <summary>Statuses as the README writes them: <c>already-sorted</c>.</summary>
internal sealed class OutcomeStatusConverter() : JsonStringEnumConverter<OutcomeStatus>(JsonNamingPolicy.KebabCaseLower);
