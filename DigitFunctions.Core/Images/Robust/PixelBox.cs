namespace DigitFunctions.Core.Images.Robust;

/// <summary>A rectangle of whole pixels; right and bottom are the first column and row outside.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Columns.</summary>
    public int Width => Right - Left;

    /// <summary>Rows.</summary>
    public int Height => Bottom - Top;

    /// <summary>The longer side.</summary>
    public int LongSide => Math.Max(Width, Height);

    /// <summary>The smallest rectangle that holds both.</summary>
    public PixelBox Union(PixelBox other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>Empty pixels between the two rectangles along the axis on which they are further apart; 0 where they meet.</summary>
    public int GapTo(PixelBox other)
    {
        int horizontal = Math.Max(other.Left - Right, Left - other.Right);
        int vertical = Math.Max(other.Top - Bottom, Top - other.Bottom);
        return Math.Max(0, Math.Max(horizontal, vertical));
    }
}
