namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The data of consecutive IDAT chunks as one stream. It ends before the first chunk of another type, which is left to be
/// read.</summary>
internal sealed class PngDataStream : Stream
{
    private readonly PngChunkReader reader;
    private PngChunk chunk;
    private int consumed;
    private bool ended;

    /// <param name="reader">Stands behind <paramref name="first"/>.</param>
    /// <param name="first">The first chunk, already checked.</param>
    public PngDataStream(PngChunkReader reader, PngChunk first)
    {
        this.reader = reader;
        chunk = first;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidImageContentException">A chunk's checksum is wrong.</exception>
    public override int Read(Span<byte> buffer)
    {
        int read = 0;
        while (read < buffer.Length && (consumed < chunk.Length || NextChunk()))
        {
            int count = Math.Min(chunk.Length - consumed, buffer.Length - read);
            reader.Data(chunk).Slice(consumed, count).CopyTo(buffer[read..]);
            consumed += count;
            read += count;
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        byte value = 0;
        return Read(new Span<byte>(ref value)) == 1 ? value : -1;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool NextChunk()
    {
        if (ended || !reader.TryRead(out PngChunk next))
        {
            return false;
        }

        if (next.Type != PngChunk.Data)
        {
            reader.PutBack(next);
            ended = true;
            return false;
        }

        reader.ThrowIfCorrupt(next);
        chunk = next;
        consumed = 0;
        return true;
    }
}
