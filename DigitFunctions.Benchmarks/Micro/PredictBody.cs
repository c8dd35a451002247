using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>The body of KServe's V1 predict call. The rivals are what System.Text.Json offers: the serializer on arrays, and its writer.</summary>
public class PredictBody
{
    private float[] _tensors = [];
    private Body _body = new([]);

    [Params(64)]
    public int Pictures { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _tensors = MicroPictures.Tensors(Pictures);
        _body = new Body([.. _tensors.Chunk(ImageTransform.TensorLength)]);
        using PooledBytes body = Fill(new PooledBytes(1));
        if (!body.Written.Span.SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(_body)))
        {
            throw new InvalidOperationException("Both must write the same body.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Serialize() => JsonSerializer.SerializeToUtf8Bytes(_body).Length;

    [Benchmark]
    public int WriteWithUtf8JsonWriter()
    {
        using PooledBytes body = new(512 + (_tensors.Length * 4));
        using Utf8JsonWriter writer = new(body);
        writer.WriteStartObject();
        writer.WriteStartArray("instances");
        foreach (float[] picture in _body.instances)
        {
            writer.WriteStartArray();
            foreach (float value in picture)
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return body.Written.Length;
    }

    [Benchmark]
    public int WriteBody()
    {
        using PooledBytes body = Fill(new PooledBytes(512 + (_tensors.Length * 4)));
        return body.Written.Length;
    }

    private PooledBytes Fill(PooledBytes body)
    {
        KServeV1Protocol.WriteBody(body, _tensors);
        return body;
    }

    // Named as in the protocol.
    private sealed record Body(float[][] instances);
}
