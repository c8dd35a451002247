namespace DigitFunctions.Core.Images;

/// <summary>What the transform found out about a picture beside its tensor.</summary>
/// <param name="HoldsSeveral">Whether several marks of like size stand beside each other, of which the tensor shows one.</param>
/// <param name="OtherReading">
/// 784 floats more where the picture is doubtful: straight lines that the first reading takes for ruled paper or a frame are strokes of the digit in this one.
/// </param>
public readonly record struct TransformedPicture(bool HoldsSeveral, float[]? OtherReading);
