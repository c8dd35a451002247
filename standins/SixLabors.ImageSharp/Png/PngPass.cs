namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The pixels that one pass over the picture fills (PNG specification, section 8.2).</summary>
internal readonly record struct PngPass(int FirstRow, int RowStep, int FirstColumn, int ColumnStep)
{
    private static readonly PngPass[] Sequential = [new(0, 1, 0, 1)];

    private static readonly PngPass[] Adam7 =
    [
        new(0, 8, 0, 8),
        new(0, 8, 4, 8),
        new(4, 8, 0, 4),
        new(0, 4, 2, 4),
        new(2, 4, 0, 2),
        new(0, 2, 1, 2),
        new(1, 2, 0, 1),
    ];

    public static ReadOnlySpan<PngPass> Of(PngInterlaceMode mode) => mode == PngInterlaceMode.Adam7 ? Adam7 : Sequential;

    /// <summary>How many pixels of a row the pass fills.</summary>
    public int Columns(int width) => width > FirstColumn ? ((width - FirstColumn - 1) / ColumnStep) + 1 : 0;
}
