namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Where a chunk lies in the file.</summary>
/// <param name="Type">The four letters as a big-endian number.</param>
/// <param name="Start">Where the data begins.</param>
/// <param name="Length">Bytes of data: fewer than the chunk states when the file ends before.</param>
internal readonly record struct PngChunk(uint Type, int Start, int Length)
{
    public const uint Header = 0x49484452; // IHDR
    public const uint Palette = 0x504C5445; // PLTE
    public const uint Transparency = 0x74524E53; // tRNS
    public const uint Data = 0x49444154; // IDAT
    public const uint End = 0x49454E44; // IEND
    public const uint AppleProprietary = 0x43674249; // CgBI

    public string Name => string.Create(4, Type, static (name, type) =>
    {
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = (char)(byte)(type >> (24 - (8 * i)));
        }
    });
}
