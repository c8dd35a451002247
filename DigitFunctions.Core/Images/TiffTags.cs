using System.Buffers.Binary;

namespace DigitFunctions.Core.Images;

/// <summary>What the first directory of a TIFF file says, as far as ImageSharp reads it otherwise than libtiff, or would work without bounds on it.</summary>
/// <remarks>TIFF 6.0, sections 2 and 8 to 11; BigTIFF has eight bytes where that has four.</remarks>
internal readonly ref struct TiffTags
{
    private const int ImageWidthTag = 256;
    private const int BitsPerSampleTag = 258;
    private const int CompressionTag = 259;
    private const int PhotometricTag = 262;
    private const int StripByteCountsTag = 279;
    private const int BlackIsZero = 1;
    private const int JpegCompression = 7;

    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _entries;
    private readonly bool _isLittle;
    private readonly bool _isBig;

    /// <summary>Finds the first directory; one that is broken has no tags.</summary>
    public TiffTags(ReadOnlySpan<byte> file)
    {
        _file = file;
        if (!IsTiff(file) || file.Length < 16)
        {
            return;
        }

        _isLittle = file[0] == (byte)'I';
        _isBig = UInt16(file[2..]) == 43;
        ulong at = _isBig ? UInt64(file[8..]) : UInt32(file[4..]);
        int countSize = _isBig ? 8 : 2;
        if (at <= (ulong)(file.Length - countSize))
        {
            ReadOnlySpan<byte> directory = file[(int)at..];
            ulong count = _isBig ? UInt64(directory) : UInt16(directory);
            directory = directory[countSize..];
            _entries = directory[..(int)Math.Min(count * (ulong)EntrySize, (ulong)(directory.Length / EntrySize * EntrySize))];
        }
    }

    /// <summary>Whether white and black change places: a fax code's white is a sample of 0, and ImageSharp takes it for white where 0 is black, too.</summary>
    public bool IsInverted => First(CompressionTag) is 2 or 3 or 4 && First(PhotometricTag) == BlackIsZero;

    /// <summary>Whether the strips are JPEG files of their own.</summary>
    public bool IsJpeg => First(CompressionTag) == JpegCompression;

    private int EntrySize => _isBig ? 20 : 12;

    /// <summary>Whether a file begins as TIFF files do.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> file) =>
        file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8);

    /// <summary>The bytes of all strips together, each as often as it is named.</summary>
    public ulong SumOfStrips()
    {
        ReadOnlySpan<byte> entry = Find(StripByteCountsTag);
        if (entry.IsEmpty)
        {
            return 0;
        }

        int size = UInt16(entry[2..]) switch { 3 => 2, 16 => 8, _ => 4 };
        ulong count = _isBig ? UInt64(entry[4..]) : UInt32(entry[4..]);
        ReadOnlySpan<byte> values = entry[(_isBig ? 12 : 8)..];
        if (count > (ulong)(values.Length / size))
        {
            ulong at = _isBig ? UInt64(values) : UInt32(values);
            values = at <= (ulong)_file.Length ? _file[(int)at..] : default;
        }

        ulong sum = 0;
        for (; count > 0 && values.Length >= size; count--, values = values[size..])
        {
            ulong value = size switch { 2 => UInt16(values), 4 => UInt32(values), _ => UInt64(values) };
            sum = Math.Min(ulong.MaxValue / 2, sum + Math.Min(value, ulong.MaxValue / 4));
        }

        return sum;
    }

    /// <summary>A file that says how many bits a sample has. Pillow leaves that out where it is the default of one bit, and ImageSharp needs it.</summary>
    public ReadOnlySpan<byte> WithBitsPerSample()
    {
        if (_isBig || _entries.IsEmpty || Find(ImageWidthTag).IsEmpty || !Find(BitsPerSampleTag).IsEmpty)
        {
            return _file;
        }

        // A directory of its own behind the file, which the header then points to. It has no next one: the first frame is enough.
        int at = (_file.Length + 1) / 2 * 2;
        byte[] file = new byte[at + 2 + _entries.Length + EntrySize + 4];
        _file.CopyTo(file);
        Write32(file.AsSpan(4), (uint)at);
        Write16(file.AsSpan(at), (ushort)((_entries.Length / EntrySize) + 1));
        int before = 0;
        while (before < _entries.Length && UInt16(_entries[before..]) < BitsPerSampleTag)
        {
            before += EntrySize;
        }

        Span<byte> target = file.AsSpan(at + 2);
        _entries[..before].CopyTo(target);
        Write16(target[before..], BitsPerSampleTag);
        Write16(target[(before + 2)..], 3);
        Write32(target[(before + 4)..], 1);
        Write16(target[(before + 8)..], 1);
        _entries[before..].CopyTo(target[(before + EntrySize)..]);
        return file;
    }

    private int First(int tag)
    {
        ReadOnlySpan<byte> entry = Find(tag);
        return entry.IsEmpty ? 0 : UInt16(entry[(_isBig ? 12 : 8)..]);
    }

    private ReadOnlySpan<byte> Find(int tag)
    {
        for (ReadOnlySpan<byte> rest = _entries; rest.Length >= EntrySize; rest = rest[EntrySize..])
        {
            if (UInt16(rest) == tag)
            {
                return rest[..EntrySize];
            }
        }

        return default;
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private ulong UInt64(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);

    private void Write16(Span<byte> bytes, ushort value)
    {
        if (_isLittle)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        }
    }

    private void Write32(Span<byte> bytes, uint value)
    {
        if (_isLittle)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        }
    }
}
