using System.Buffers;
using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Prediction;

public sealed class KServeBodyTests
{
    [Fact]
    public void A_V1_body_holds_a_row_a_picture()
    {
        float[] tensors = OddTensors(3);
        ArrayBufferWriter<byte> body = new();

        KServeV1Protocol.WriteBody(body, tensors);

        using JsonDocument document = JsonDocument.Parse(body.WrittenMemory);
        JsonElement instances = Assert.Single(document.RootElement.EnumerateObject(), member => member.Name == "instances").Value;
        Assert.Equal(3, instances.GetArrayLength());
        Assert.All(instances.EnumerateArray(), row => Assert.Equal(784, row.GetArrayLength()));
        Assert.Equal(tensors, instances.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(number => number.GetSingle()));
    }

    [Fact]
    public void A_V2_body_holds_one_flat_input()
    {
        float[] tensors = OddTensors(2);
        ArrayBufferWriter<byte> body = new();

        KServeV2Protocol.WriteBody(body, "in\"put é", tensors);

        using JsonDocument document = JsonDocument.Parse(body.WrittenMemory);
        JsonElement input = Assert.Single(document.RootElement.GetProperty("inputs").EnumerateArray());
        Assert.Equal("in\"put é", input.GetProperty("name").GetString());
        Assert.Equal("FP32", input.GetProperty("datatype").GetString());
        Assert.Equal([2, 784], input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal(tensors, input.GetProperty("data").EnumerateArray().Select(number => number.GetSingle()));
    }

    [Fact]
    public void A_V1_body_has_no_more_than_it_needs()
    {
        float[] tensor = new float[784];
        tensor[0] = 0.5f;
        tensor[783] = 1;
        ArrayBufferWriter<byte> body = new();

        KServeV1Protocol.WriteBody(body, tensor);

        Assert.Equal("{\"instances\":[[0.5," + string.Concat(Enumerable.Repeat("0,", 782)) + "1]]}", Encoding.UTF8.GetString(body.WrittenSpan));
    }

    /// <summary>Every kind of float that a tensor may hold: all grey levels, the smallest, and any bits between 0 and 1.</summary>
    private static float[] OddTensors(int count)
    {
        Random random = new(7);
        float[] tensors = new float[count * 784];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = i switch
            {
                < 256 => i / 255f,
                256 => float.Epsilon,
                257 => float.BitDecrement(1),
                258 => -0f,
                _ => BitConverter.Int32BitsToSingle(random.Next(0x3F800000)),
            };
        }

        return tensors;
    }
}
