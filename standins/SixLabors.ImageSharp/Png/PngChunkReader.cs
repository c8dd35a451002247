using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Walks the chunks of a file that stays pinned meanwhile. Data that is skipped is not touched.</summary>
/// <param name="file">The file's first byte.</param>
/// <param name="length">The file's length in bytes.</param>
internal sealed unsafe class PngChunkReader(byte* file, int length)
{
    private int position = PngFormat.Signature.Length;
    private PngChunk? putBack;

    /// <summary>Bytes of the file that follow the chunk read last.</summary>
    public int Remaining => length - position;

    public ReadOnlySpan<byte> Data(PngChunk chunk) => new(file + chunk.Start, chunk.Length);

    /// <summary>Finds the next chunk.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="InvalidImageContentException">The file ends in what is no chunk.</exception>
    public bool TryRead(out PngChunk chunk)
    {
        chunk = putBack.GetValueOrDefault();
        if (putBack is not null)
        {
            putBack = null;
            return true;
        }

        if (position >= length - 1)
        {
            return false;
        }

        // Where no chunk is, the next byte is tried, and so on: the package finds its way back likewise.
        for (; length - position >= 8; position++)
        {
            int chunkLength = BinaryPrimitives.ReadInt32BigEndian(new ReadOnlySpan<byte>(file + position, 4));
            ReadOnlySpan<byte> type = new(file + position + 4, 4);
            if (chunkLength < 0 || !IsLetters(type))
            {
                continue;
            }

            int start = position + 8;
            chunk = new PngChunk(BinaryPrimitives.ReadUInt32BigEndian(type), start, Math.Min(chunkLength, length - start));
            position = start + Math.Min(chunk.Length + 4, length - start);
            return true;
        }

        if (length - position < 4)
        {
            return false;
        }

        throw new InvalidImageContentException("Invalid PNG data.");
    }

    /// <summary>Lets the chunk read last be read again.</summary>
    public void PutBack(PngChunk chunk) => putBack = chunk;

    /// <exception cref="InvalidImageContentException">The chunk's checksum is wrong, or cut off.</exception>
    public void ThrowIfCorrupt(PngChunk chunk)
    {
        int end = chunk.Start + chunk.Length;
        uint stated = length - end >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(file + end, 4)) : 0;

        // The checksum covers the type too, which lies right before the data.
        if (Crc32.Compute(new ReadOnlySpan<byte>(file + chunk.Start - 4, chunk.Length + 4)) != stated)
        {
            throw new InvalidImageContentException($"CRC Error. PNG {chunk.Name} chunk is corrupt!");
        }
    }

    private static bool IsLetters(ReadOnlySpan<byte> type) =>
        char.IsAsciiLetter((char)type[0]) && char.IsAsciiLetter((char)type[1])
        && char.IsAsciiLetter((char)type[2]) && char.IsAsciiLetter((char)type[3]);
}
