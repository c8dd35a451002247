namespace DigitFunctions.Core.Images;

/// <summary>A picture that can never be read as a digit: trying again gives the same.</summary>
/// <param name="reason">What is wrong with the picture, for the person who uploaded it.</param>
/// <param name="innerException">The decoder's own complaint, where there is one.</param>
public sealed class UnreadablePictureException(string reason, Exception? innerException = null) : Exception(reason, innerException);
