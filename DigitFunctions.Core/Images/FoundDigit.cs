namespace DigitFunctions.Core.Images;

/// <summary>The ink that was chosen for the digit.</summary>
/// <param name="Box">The pixels that it spans.</param>
/// <param name="HasLikeBeside">Whether other ink of like size stands on a line with it.</param>
internal readonly record struct FoundDigit(PixelBox Box, bool HasLikeBeside);
