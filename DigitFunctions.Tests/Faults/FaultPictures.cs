using System.Buffers.Binary;
using System.Text;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Images.Decoding;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Tests.Faults;

/// <summary>Bytes to upload, and where they belong.</summary>
/// <param name="Bytes">No two are alike.</param>
/// <param name="Place">Where the transform and the ONNX model, asked in this process, would file them.</param>
internal sealed record FaultPicture(byte[] Bytes, string Place);

/// <summary>Makes any number of different files of the drawn samples: most are pictures of digits, some are none.</summary>
/// <param name="predictor">The ONNX model.</param>
/// <param name="random">Chooses.</param>
internal sealed class FaultPictures(IDigitPredictor predictor, Random random)
{
    private const double Unreadable = 0.03;
    private const int HeaderLength = 8 + 25;                 // signature and IHDR

    private readonly byte[][] _samples =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.png").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private readonly Dictionary<int, string> _places = [];
    private int _made;

    /// <summary>The next file.</summary>
    public async Task<FaultPicture> NextAsync()
    {
        int index = random.Next(_samples.Length);
        byte[] picture = Name(_samples[index], $"number {_made++}");
        if (random.NextDouble() < Unreadable)
        {
            byte[] broken = random.Next(3) switch
            {
                0 => picture[..(picture.Length * 2 / 3)],
                1 => Encoding.UTF8.GetBytes($"Dear Sir or Madam, this is letter {_made}."),
                _ => [.. picture[..20], .. new byte[8], .. picture[28..]],
            };
            return new FaultPicture(broken, await PlaceAsync(broken));
        }

        if (!_places.TryGetValue(index, out string? place))
        {
            // The name changes no pixel, so one look at each sample is enough.
            _places[index] = place = await PlaceAsync(picture);
        }

        return new FaultPicture(picture, place);
    }

    private async Task<string> PlaceAsync(byte[] bytes)
    {
        float[] tensor = new float[ImageTransform.TensorLength];
        try
        {
            ImageTransform.Transform(bytes, new ImagingOptions(), tensor);
        }
        catch (UnreadablePictureException)
        {
            return FilingPlace.Unreadable;
        }

        return FilingPlace.OfDigit((await predictor.PredictAsync(tensor, CancellationToken.None))[0].Digit);
    }

    /// <summary>Puts a text chunk after the header of a PNG file.</summary>
    private static byte[] Name(byte[] png, string name)
    {
        byte[] typeAndText = [.. "tEXtComment\0"u8, .. Encoding.Latin1.GetBytes(name)];
        byte[] chunk = new byte[typeAndText.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, typeAndText.Length - 4);
        typeAndText.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.Compute(typeAndText));
        return [.. png[..HeaderLength], .. chunk, .. png[HeaderLength..]];
    }
}
