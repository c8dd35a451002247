namespace DigitFunctions.Core.Images.Robust;

/// <summary>The ink that was chosen for the digit.</summary>
/// <param name="Box">The pixels that it spans.</param>
/// <param name="HasCompany">Whether there are other marks that are no dirt: more digits, letters, a drawing.</param>
internal readonly record struct FoundDigit(PixelBox Box, bool HasCompany);
