using System.Buffers.Binary;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>What a PNG's chunks say of its samples, as far as it changes how libpng reads them; ImageSharp does not tell all of it.</summary>
/// <remarks>Chunk layout: <see href="https://www.w3.org/TR/png-3/#5Chunk-layout"/>.</remarks>
internal struct PngChunks
{
    private const int SRgbGamma = 45455;
    private const int GammaTolerance = 5000;

    private bool _afterPalette;
    private bool _afterData;
    private bool _isSRgb;
    private bool _sealed;
    private bool _hasGammaChunk;

    /// <summary>The eight bytes that every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Colour type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</summary>
    public int ColorType { get; private set; }

    /// <summary>Bits a sample: 1, 2, 4, 8 or 16.</summary>
    public int BitDepth { get; private set; }

    /// <summary>Bits a pixel.</summary>
    public readonly int BitsPerPixel => BitDepth * ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Whether the rows come in seven passes.</summary>
    public bool IsInterlaced { get; private set; }

    /// <summary>Whether a tRNS chunk makes some of the samples transparent.</summary>
    public bool HasTransparency { get; private set; }

    /// <summary>The file's gamma times 100,000, from gAMA or sRGB; 0 where the file has none.</summary>
    public int Gamma { get; private set; }

    /// <summary>The most significant bits that a sample has, from sBIT; 0 where the file does not say.</summary>
    public int SignificantBits { get; private set; }

    /// <summary>The orientation that the eXIf chunk tells, 1 to 8; 0 where there is no such chunk.</summary>
    public int Orientation { get; private set; }

    /// <summary>Whether the first chunk is IHDR, and no other one.</summary>
    public bool HasOneHeader { get; private set; }

    /// <summary>Whether the chunks reach IEND, that is, whether the file was not cut off.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the samples are red, green and blue once a palette is expanded.</summary>
    public readonly bool IsColor => (ColorType & 2) != 0;

    /// <summary>Reads the chunks of a file that begins with <see cref="Signature"/>; no chunk is trusted for its length.</summary>
    public static PngChunks Parse(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        PngChunks chunks = new() { HasOneHeader = true };
        for (bool isFirst = true; !chunks.IsComplete && TryTake(ref rest, out ReadOnlySpan<byte> typeAndData, out uint checksum); isFirst = false)
        {
            chunks.HasOneHeader &= typeAndData.StartsWith("IHDR"u8) == isFirst;
            chunks.Read(typeAndData, checksum);
        }

        return chunks;
    }

    /// <summary>Writes a chunk with its checksum.</summary>
    public static void Write(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Compute(chunk.AsSpan(4, 4 + data.Length)));
        file.Write(chunk);
    }

    /// <summary>Takes the next chunk off the rest of a file.</summary>
    /// <param name="rest">The file from a chunk on; afterwards from the next one on.</param>
    /// <param name="typeAndData">Four bytes of type, and the chunk's data.</param>
    /// <param name="checksum">What the file says that their checksum is.</param>
    /// <returns>Whether there was a whole one.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> typeAndData, out uint checksum)
    {
        typeAndData = default;
        checksum = 0;
        if (rest.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(rest) > (uint)(rest.Length - 12))
        {
            return false;
        }

        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(rest);
        typeAndData = rest.Slice(4, length + 4);
        checksum = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]);
        rest = rest[(12 + length)..];
        return true;
    }

    private void Read(ReadOnlySpan<byte> typeAndData, uint checksum)
    {
        ReadOnlySpan<byte> type = typeAndData[..4];
        ReadOnlySpan<byte> data = typeAndData[4..];
        if (type.SequenceEqual("IHDR"u8) && data.Length >= 13)
        {
            BitDepth = data[8];
            ColorType = data[9];
            IsInterlaced = data[12] != 0;
        }
        else if (type.SequenceEqual("PLTE"u8))
        {
            _afterPalette = true;
        }
        else if (type.SequenceEqual("tRNS"u8))
        {
            HasTransparency = true;
        }
        else if (type.SequenceEqual("IDAT"u8))
        {
            _afterData = true;
        }
        else if (type.SequenceEqual("IEND"u8))
        {
            IsComplete = true;
        }
        else if (type.SequenceEqual("eXIf"u8) && Orientation == 0 && Crc32.Compute(typeAndData) == checksum)
        {
            Orientation = ExifOrientation.Read(data);
        }
        else if (!_afterPalette && !_afterData)
        {
            ReadColorSpace(type, data, typeAndData, checksum);
        }
    }

    private void ReadColorSpace(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> typeAndData, uint checksum)
    {
        if (type.SequenceEqual("gAMA"u8) && data.Length == 4 && Crc32.Compute(typeAndData) == checksum)
        {
            SetGamma(BinaryPrimitives.ReadInt32BigEndian(data));
        }
        else if (type.SequenceEqual("sRGB"u8) && data.Length == 1 && Crc32.Compute(typeAndData) == checksum)
        {
            // A second profile, or an intent that there is not, makes libpng distrust all colour chunks that follow.
            _sealed |= _isSRgb || data[0] > 3;
            Gamma = _sealed ? Gamma : SRgbGamma;
            _isSRgb |= !_sealed;
        }
        else if (type.SequenceEqual("sBIT"u8) && SignificantBits == 0 && Crc32.Compute(typeAndData) == checksum)
        {
            SetSignificantBits(data);
        }
    }

    /// <summary>libpng's rule: within 16 to 625,000,000, once, and not against sRGB by more than five hundredths.</summary>
    private void SetGamma(int value)
    {
        if (_sealed || value is < 16 or > 625_000_000 || _hasGammaChunk)
        {
            _sealed = true;
            return;
        }

        double ratio = Math.Floor((Gamma * 100_000.0 / value) + 0.5);
        if (!_isSRgb || Math.Abs(ratio - 100_000) <= GammaTolerance)
        {
            Gamma = value;
            _hasGammaChunk = true;
        }
    }

    private void SetSignificantBits(ReadOnlySpan<byte> data)
    {
        int channels = ColorType switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 };
        int depth = ColorType == 3 ? 8 : BitDepth;
        if (data.Length != channels || data.ContainsAnyExceptInRange((byte)1, (byte)depth))
        {
            return;
        }

        foreach (byte bits in data[..Math.Min(3, channels)])
        {
            SignificantBits = Math.Max(SignificantBits, bits);
        }
    }
}
