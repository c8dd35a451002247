namespace SixLabors.ImageSharp;

/// <summary>Width and height in pixels.</summary>
public struct Size : IEquatable<Size>
{
    /// <summary>Makes a size.</summary>
    public Size(int width, int height)
    {
        Width = width;
        Height = height;
    }

    /// <summary>The width.</summary>
    public int Width { get; set; }

    /// <summary>The height.</summary>
    public int Height { get; set; }

    /// <inheritdoc/>
    public readonly bool Equals(Size other) => Width == other.Width && Height == other.Height;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Size other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Width, Height);

    /// <inheritdoc/>
    public override readonly string ToString() => $"Size [ Width={Width}, Height={Height} ]";

    /// <summary>Whether both sizes are the same.</summary>
    public static bool operator ==(Size left, Size right) => left.Equals(right);

    /// <summary>Whether the sizes differ.</summary>
    public static bool operator !=(Size left, Size right) => !left.Equals(right);
}
