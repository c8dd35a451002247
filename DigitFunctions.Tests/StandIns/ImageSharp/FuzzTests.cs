using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>Mutated files bring out only the exceptions that <see cref="Image"/> documents. (The package lets others through, as
/// ArgumentOutOfRangeException: whoever decodes uploads must be ready for any.)</summary>
public class FuzzTests
{
    [StandInFact]
    public void Five_thousand_mutated_files_end_in_a_picture_or_a_documented_exception()
    {
        Random random = new(20240229);
        List<List<byte[]>> pictures = [.. Enumerable.Repeat(SamplePicture.ColorTypesAndDepths, 8).SelectMany(kinds => kinds).Select(kind =>
            new SamplePicture(
                (int)kind[0], (int)kind[1], random.Next(1, 40), random.Next(1, 40), interlaced: random.Next(2) == 0).Chunks)];
        int decoded = 0;
        for (int i = 0; i < 5000; i++)
        {
            List<byte[]> chunks = [.. pictures[i % pictures.Count]];
            if (random.Next(4) == 0)
            {
                byte[] transparency = new byte[random.Next(8)];
                random.NextBytes(transparency);
                chunks.Insert(chunks.Count - 2, PngWriter.Chunk("tRNS", transparency));
            }

            byte[] file = Mutate(chunks, random);

            Exception? exception = Record.Exception(() => Image.Identify(file)) ?? Record.Exception(() => Image.Load<Rgba64>(file).Dispose());

            if (exception is not (null or ImageFormatException or NotSupportedException or InvalidDataException))
            {
                Assert.Fail($"File {i}, {Convert.ToHexString(file)}: {exception}");
            }

            decoded += exception is null ? 1 : 0;
        }

        // Were all refused at the first check, the rest of the decoder would not have been met.
        Assert.InRange(decoded, 500, 4500);
    }

    private static byte[] Mutate(List<byte[]> chunks, Random random)
    {
        // In most files the checksums fit the mutated data, or nothing behind them would be reached.
        bool repair = random.Next(5) > 0;
        for (int mutations = random.Next(1, 4); mutations > 0; mutations--)
        {
            int index = random.Next(chunks.Count);
            byte[] chunk = chunks[index];
            switch (random.Next(repair ? 6 : 9))
            {
                case 0:
                    chunks.Insert(random.Next(chunks.Count), chunk);
                    break;
                case 1 when chunks.Count > 1:
                    chunks.RemoveAt(index);
                    break;
                case 2 or 3 or 4 or 5 when chunk.Length > 12:
                    byte[] data = chunk[8..^4];
                    data[random.Next(data.Length)] = (byte)random.Next(random.Next(2) == 0 ? 256 : 9);
                    string type = System.Text.Encoding.ASCII.GetString(chunk, 4, 4);
                    chunks[index] = PngWriter.Chunk(type, random.Next(8) == 0 ? data[random.Next(data.Length)..] : data, repair ? null : 5u);
                    break;
                default:
                    chunks[index] = [.. chunk];
                    chunks[index][random.Next(chunk.Length)] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        byte[] file = PngWriter.File(chunks);
        return random.Next(10) == 0 ? file[..random.Next(8, file.Length)] : file;
    }
}
