namespace SixLabors.ImageSharp;

/// <summary>The frames of a picture. The stand-in decodes one.</summary>
public abstract class ImageFrameCollection
{
    private protected ImageFrameCollection()
    {
    }

    /// <summary>The number of frames.</summary>
    public abstract int Count { get; }

    internal static ImageFrameCollection Single { get; } = new SingleFrame();

    private sealed class SingleFrame : ImageFrameCollection
    {
        public override int Count => 1;
    }
}
