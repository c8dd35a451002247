using System.Buffers.Binary;
using System.Text;

namespace DigitFunctions.Tests.Images;

/// <summary>One hostile file: bytes, chunks, rows or the compressed stream of a good one are changed, checksums made right again where that leads further.</summary>
/// <param name="pictures">The chunks of good files, small pictures first; they stay as they are.</param>
/// <param name="random">Decides on everything.</param>
internal sealed class PngMutation(IReadOnlyList<List<byte[]>> pictures, Random random)
{
    private static readonly uint[] Lengths =
        [0, 1, 2, 7, 8, 9, 27, 28, 29, 56, 255, 256, 4095, 4096, 4097, 5000, 65535, 1 << 24, int.MaxValue, 0x80000000, 0x80000001, 0xFFFF0000, uint.MaxValue];

    private static readonly byte[][] OtherSignatures =
        [[0xFF, 0xD8, 0xFF, 0xE1], [.. "GIF89a"u8], [.. "BM"u8], [.. "II*\0"u8], [.. "MM\0*"u8], [.. "RIFF\0\0\0\0WEBPVP8 "u8], [.. "P5 "u8], [0, 0, 2]];

    private List<byte[]> _chunks = [];

    /// <summary>The file.</summary>
    public byte[] Make()
    {
        // Small ones are drawn more often: most of the decoder is the same for them, and they take less time.
        _chunks = [.. Any(pictures, random.Next(pictures.Count) + 1)];
        if (random.Next(8000) == 0)
        {
            _chunks = PngBomb.Any(random);
        }

        for (int i = random.Next(8) switch { < 5 => 1, < 7 => 2, _ => 3 }; i > 0; i--)
        {
            Change();
        }

        byte[] file = PngWriter.File(_chunks);
        return random.Next(8) != 0 ? file : Break(file);
    }

    private void Change()
    {
        switch (random.Next(16))
        {
            case 0 or 1:
                ChangeHeader();
                break;
            case 2 or 3:
                Rearrange();
                break;
            case 4:
                ChangeOneChunk();
                break;
            case < 9:
                InsertChunks();
                break;
            case < 11:
                SplitData();
                break;
            case < 14:
                PngDataMutation.ChangeRows(_chunks, random);
                break;
            default:
                PngDataMutation.ChangeStream(_chunks, random);
                break;
        }
    }

    private void ChangeHeader()
    {
        int at = _chunks.FindIndex(chunk => PngDataMutation.Is(chunk, "IHDR"));
        if (at < 0)
        {
            return;
        }

        byte[] data = PngDataMutation.DataOf(_chunks[at]).ToArray();
        Array.Resize(ref data, random.Next(20) == 0 ? random.Next(20) : Math.Max(13, data.Length));
        switch (random.Next(5))
        {
            case 0 when data.Length >= 8:
                BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4 * random.Next(2)), Length());
                break;
            case 1 when data.Length >= 8:
                BinaryPrimitives.WriteUInt32BigEndian(data, Length());
                BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), Length());
                break;
            case 2 when data.Length >= 13:
                data[8] = Any<byte>([1, 2, 4, 8, 16]);
                data[9] = Any<byte>([0, 2, 3, 4, 6]);
                data[12] = (byte)random.Next(2);
                break;
            case 3 when data.Length > 8:
                data[random.Next(8, data.Length)] = (byte)random.Next(random.Next(2) == 0 ? 8 : 256);
                break;
            case 4 when data.Length > 0:
                data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));
                break;
        }

        _chunks[at] = PngWriter.Chunk("IHDR", data);
    }

    private uint Length() => random.Next(4) switch { 0 => (uint)random.Next(1, 300), 1 => (uint)random.NextInt64(1L << 32), _ => Any(Lengths) };

    /// <summary>Drops, doubles, moves or brings in whole chunks.</summary>
    private void Rearrange()
    {
        int at = random.Next(_chunks.Count + 1);
        switch (random.Next(4))
        {
            case 0 when at < _chunks.Count:
                _chunks.RemoveAt(at);
                break;
            case 1 when at < _chunks.Count:
                _chunks.Insert(random.Next(_chunks.Count + 1), _chunks[at]);
                break;
            case 2 when at < _chunks.Count:
                byte[] moved = _chunks[at];
                _chunks.RemoveAt(at);
                _chunks.Insert(random.Next(_chunks.Count + 1), moved);
                break;
            default:
                _chunks.Insert(at, Any(Any(pictures)));
                break;
        }
    }

    private void ChangeOneChunk()
    {
        if (_chunks.Count == 0)
        {
            return;
        }

        int at = random.Next(_chunks.Count);
        byte[] chunk = [.. _chunks[at]];
        byte[] data = PngDataMutation.DataOf(chunk).ToArray();
        string type = Encoding.Latin1.GetString(chunk, 4, 4);
        switch (random.Next(6))
        {
            case 0:
                BinaryPrimitives.WriteUInt32BigEndian(chunk, random.Next(2) == 0 ? Length() : (uint)(data.Length + random.Next(-12, 13)));
                break;
            case 1:
                chunk[random.Next(Math.Max(0, chunk.Length - 4), chunk.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                chunk = PngWriter.Chunk(type.Replace(type[random.Next(4)], (char)random.Next(256)), data);
                break;
            case 3:
                chunk = PngWriter.Chunk(type, data.AsSpan(0, random.Next(data.Length + 1)));
                break;
            case 4:
                chunk = PngWriter.Chunk(type, [.. data, .. PngAncillary.Noise(random, random.Next(1, 40))]);
                break;
            default:
                chunk = PngWriter.Chunk(type, Break(data));
                break;
        }

        _chunks[at] = chunk;
    }

    private void InsertChunks()
    {
        byte[] first = PngAncillary.Any(random);
        IEnumerable<byte[]> inserted = random.Next(300) == 0 && first.Length < 100
            ? Enumerable.Repeat(first, random.Next(20_000))
            : [first, .. Enumerable.Range(0, random.Next(3)).Select(_ => PngAncillary.Any(random))];

        // Most of them mean something only right behind the header.
        _chunks.InsertRange(random.Next(2) == 0 ? Math.Min(1, _chunks.Count) : random.Next(_chunks.Count + 1), inserted);
    }

    private void SplitData()
    {
        int at = _chunks.FindIndex(chunk => PngDataMutation.Is(chunk, "IDAT"));
        if (at < 0)
        {
            return;
        }

        byte[] data = PngDataMutation.DataOf(_chunks[at]).ToArray();
        List<byte[]> pieces = [.. data.Chunk(Math.Max(random.Next(1, 40), data.Length / 2000)).Select(piece => PngWriter.Chunk("IDAT", piece))];
        for (int i = random.Next(4); i > 0; i--)
        {
            pieces.Insert(random.Next(pieces.Count + 1), random.Next(3) == 0 ? PngAncillary.Any(random) : PngWriter.Chunk("IDAT", []));
        }

        _chunks.RemoveAt(at);
        _chunks.InsertRange(at, pieces);
    }

    /// <summary>Changes bytes, without regard to what they mean.</summary>
    private byte[] Break(byte[] bytes)
    {
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(bytes.Length + 1);
            int length = Math.Min(random.Next(20), bytes.Length - at);
            switch (random.Next(8))
            {
                case 0 or 1 when at < bytes.Length:
                    bytes = [.. bytes];
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when at < bytes.Length:
                    bytes = [.. bytes];
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. bytes[(at + length)..]];
                    break;
                case 4:
                    bytes = [.. bytes[..(at + length)], .. bytes[at..]];
                    break;
                case 5 when random.Next(3) == 0:
                    bytes = bytes[..at];
                    break;
                case 6 when random.Next(4) == 0:
                    byte[] signature = Any(OtherSignatures);
                    bytes = [.. signature, .. bytes.Skip(signature.Length)];
                    break;
                default:
                    bytes = [.. bytes[..at], .. PngAncillary.Noise(random, random.Next(1, 30)), .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }

    private T Any<T>(IReadOnlyList<T> items) => Any(items, items.Count);

    private T Any<T>(IReadOnlyList<T> items, int among) => items[random.Next(among)];
}
