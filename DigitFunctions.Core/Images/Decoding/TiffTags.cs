using System.Buffers.Binary;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>What the first directory of a TIFF file says, as far as ImageSharp reads it otherwise than libtiff, or would work without bounds on it.</summary>
/// <remarks>TIFF 6.0, sections 2 and 8 to 11; BigTIFF has eight bytes where that has four.</remarks>
internal readonly ref struct TiffTags
{
    private const ushort BitsPerSampleTag = 258;
    private const int CompressionTag = 259;
    private const int PhotometricTag = 262;
    private const int StripByteCountsTag = 279;
    private const int BlackIsZero = 1;
    private const int JpegCompression = 7;
    private const int ShortType = 3;

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

    /// <summary>Size, samples, compression, strips, orientation, resolution, tiles, palette and colour space, in the order that a directory has to have.</summary>
    private static ReadOnlySpan<ushort> DecodedTags =>
    [
        254, 256, 257, BitsPerSampleTag, CompressionTag, PhotometricTag, 266, 273, 274, 277, 278, StripByteCountsTag, 282, 283, 284,
        292, 293, 296, 317, 320, 322, 323, 324, 325, 338, 339, 347, 529, 530, 532, 559,
    ];

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

        int size = SizeOf(UInt16(entry[2..]));
        ulong count = Count(entry);
        ReadOnlySpan<byte> values = entry[(_isBig ? 12 : 8)..];
        if (count > (ulong)(values.Length / size))
        {
            ulong at = _isBig ? UInt64(values) : UInt32(values);
            values = at <= (ulong)_file.Length ? _file[(int)at..] : default;
        }

        ulong sum = 0;
        for (; count > 0 && values.Length >= size; count--, values = values[size..])
        {
            ulong value = size switch { 1 => values[0], 2 => UInt16(values), 4 => UInt32(values), _ => UInt64(values) };
            sum = Math.Min(ulong.MaxValue / 2, sum + Math.Min(value, ulong.MaxValue / 4));
        }

        return sum;
    }

    /// <summary>The file with one directory, which has the tags that ImageSharp decodes by, each once.</summary>
    /// <remarks>
    /// ImageSharp reads all directories and their values before it decodes the first frame, however many they say they are, and for
    /// BigTIFF without end. Pillow leaves out how many bits a sample has where it is the default of one, and ImageSharp needs it.
    /// </remarks>
    /// <exception cref="UnreadablePictureException">The file has no directory, or one whose values it cannot hold.</exception>
    public ReadOnlySpan<byte> WithOneDirectory()
    {
        if (_entries.IsEmpty)
        {
            throw new UnreadablePictureException("the picture is truncated or corrupt: it has no directory");
        }

        CheckValues();

        // Behind the file, where the header then points to; what is zero behind the entries says that there is no next one.
        int at = (_file.Length + 7) / 8 * 8;
        int countSize = _isBig ? 8 : 2;
        byte[] file = new byte[at + countSize + (DecodedTags.Length * EntrySize) + 8];
        _file.CopyTo(file);
        Span<byte> entries = file.AsSpan(at + countSize);
        int count = 0;
        foreach (ushort tag in DecodedTags)
        {
            ReadOnlySpan<byte> entry = Find(tag);
            if (!entry.IsEmpty)
            {
                entry.CopyTo(entries[(EntrySize * count++)..]);
            }
            else if (tag == BitsPerSampleTag)
            {
                WriteOneBit(entries.Slice(EntrySize * count++, EntrySize));
            }
        }

        Write(file.AsSpan(_isBig ? 8 : 4, _isBig ? 8 : 4), (ulong)at);
        Write(file.AsSpan(at, countSize), (ulong)count);
        return file;
    }

    /// <summary>The same bytes may be named by many values, and each is read.</summary>
    private void CheckValues()
    {
        ulong sum = 0;
        foreach (ushort tag in DecodedTags)
        {
            ReadOnlySpan<byte> entry = Find(tag);
            if (entry.IsEmpty)
            {
                continue;
            }

            ulong count = Count(entry);
            sum += count <= (ulong)_file.Length ? count * (ulong)SizeOf(UInt16(entry[2..])) : count;
            if (sum > (ulong)_file.Length)
            {
                throw new UnreadablePictureException("the picture is truncated or corrupt: the values of its directory are longer than the file");
            }
        }
    }

    private void WriteOneBit(Span<byte> entry)
    {
        Write(entry[..2], BitsPerSampleTag);
        Write(entry[2..4], ShortType);
        Write(entry[4..(_isBig ? 12 : 8)], 1);
        Write(entry[(_isBig ? 12 : 8)..][..2], 1);
    }

    private ulong Count(ReadOnlySpan<byte> entry) => _isBig ? UInt64(entry[4..]) : UInt32(entry[4..]);

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

    private void Write(Span<byte> bytes, ulong value)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[_isLittle ? i : bytes.Length - 1 - i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Bytes of a value of a type: TIFF 6.0, section 2, and BigTIFF's three.</summary>
    private static int SizeOf(int type) => type switch { 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 or 16 or 17 or 18 => 8, _ => 1 };
}
