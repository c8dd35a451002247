using System.Text.Json;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Local.Stack;

/// <summary>Reads numbers out of nested JSON arrays.</summary>
internal static class PredictorTensor
{
    /// <summary>Floats of one picture: 28×28.</summary>
    public const int PictureLength = 28 * 28;

    /// <summary>Reads all numbers of an array and of the arrays in it, row by row.</summary>
    /// <exception cref="PredictorRequestException">Something else is in it, or a number beyond a float.</exception>
    public static void Read(JsonElement element, List<float> numbers)
    {
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                Read(item, numbers);
            }
            else if (item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out float number) && float.IsFinite(number))
            {
                numbers.Add(number);
            }
            else
            {
                throw new PredictorRequestException(400, $"Expected numbers, got {item.ValueKind} in the tensor");
            }
        }
    }
}

/// <summary>KServe's protocol V1, as TensorFlow Serving's REST API has it: rows of <c>instances</c>.</summary>
internal static class PredictorV1
{
    /// <summary>Reads the pictures: each 784 numbers, in one list or nested (28×28), or <c>{"images": …}</c> with the input's name.</summary>
    /// <returns>n × 784 floats.</returns>
    /// <exception cref="PredictorRequestException">The body is something else.</exception>
    public static float[] ReadInstances(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("instances", out JsonElement instances) || instances.ValueKind != JsonValueKind.Array)
        {
            throw new PredictorRequestException(400, "Expected \"instances\" to be a list");
        }

        List<float> tensors = new(instances.GetArrayLength() * PredictorTensor.PictureLength);
        int count = 0;
        foreach (JsonElement instance in instances.EnumerateArray())
        {
            JsonElement picture = instance.ValueKind == JsonValueKind.Object && instance.TryGetProperty("images", out JsonElement named) ? named : instance;
            if (picture.ValueKind != JsonValueKind.Array)
            {
                throw new PredictorRequestException(400, $"Expected instance {count} to be a list of {PredictorTensor.PictureLength} numbers, got {instance.ValueKind}");
            }

            PredictorTensor.Read(picture, tensors);
            count++;
            if (tensors.Count != count * PredictorTensor.PictureLength)
            {
                int got = tensors.Count - ((count - 1) * PredictorTensor.PictureLength);
                throw new PredictorRequestException(400, $"Expected instance {count - 1} to have {PredictorTensor.PictureLength} numbers, got {got}");
            }
        }

        return count > 0 ? [.. tensors] : throw new PredictorRequestException(400, "Expected \"instances\" to hold at least one picture");
    }

    public static void WritePredictions(Utf8JsonWriter json, IReadOnlyList<DigitPrediction> predictions)
    {
        json.WriteStartArray("predictions");
        foreach (DigitPrediction prediction in predictions)
        {
            json.WriteStartObject();
            json.WriteStartArray("predictions");
            foreach (float score in prediction.Scores)
            {
                json.WriteNumberValue(score);
            }

            json.WriteEndArray();
            json.WriteNumber("classes", prediction.Digit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>KServe's protocol V2: one named input, outputs <c>predictions</c> and <c>classes</c>.</summary>
internal static class PredictorV2
{
    private const string Input = "images";
    private const string Scores = "predictions";
    private const string Classes = "classes";

    /// <summary>Reads the pictures from the one input, whatever its name: FP32 or FP64, [n, 784] or [n, 28, 28], flat or nested data.</summary>
    /// <returns>n × 784 floats.</returns>
    /// <exception cref="PredictorRequestException">The body is something else.</exception>
    public static float[] ReadInput(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("inputs", out JsonElement inputs)
            || inputs.ValueKind != JsonValueKind.Array || inputs.GetArrayLength() != 1 || inputs[0].ValueKind != JsonValueKind.Object)
        {
            throw new PredictorRequestException(400, "Expected \"inputs\" to be a list of one tensor");
        }

        JsonElement input = inputs[0];
        if (!input.TryGetProperty("datatype", out JsonElement type) || type.ValueKind != JsonValueKind.String || type.GetString() is not ("FP32" or "FP64"))
        {
            throw new PredictorRequestException(400, "Expected the input's \"datatype\" to be FP32 or FP64");
        }

        if (!input.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Array)
        {
            throw new PredictorRequestException(400, "Expected the input's \"data\" to be a list");
        }

        long count = ReadCount(input);
        List<float> tensor = [];
        PredictorTensor.Read(data, tensor);
        return tensor.Count == count * PredictorTensor.PictureLength ? [.. tensor]
            : throw new PredictorRequestException(400, $"Expected {count * PredictorTensor.PictureLength} numbers by the input's shape, got {tensor.Count}");
    }

    /// <summary>Writes both outputs, or those of them that the request names.</summary>
    public static void WriteOutputs(Utf8JsonWriter json, string model, JsonElement request, IReadOnlyList<DigitPrediction> predictions)
    {
        HashSet<string?> wanted = request.TryGetProperty("outputs", out JsonElement outputs) && outputs.ValueKind == JsonValueKind.Array
            ? [.. outputs.EnumerateArray().Select(output => output.ValueKind == JsonValueKind.Object && output.TryGetProperty("name", out JsonElement name) ? name.ToString() : null)]
            : [];
        // A name that is not known is no reason to answer nothing: the sample's clients ask for "output-0".
        bool all = !wanted.Contains(Scores) && !wanted.Contains(Classes);
        json.WriteString("model_name", model);
        json.WriteNull("model_version");
        json.WriteString("id", request.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : Guid.NewGuid().ToString());
        json.WriteNull("parameters");
        json.WriteStartArray("outputs");
        if (all || wanted.Contains(Scores))
        {
            WriteOutput(json, Scores, "FP32", [predictions.Count, predictions[0].Scores.Count], () =>
            {
                foreach (float score in predictions.SelectMany(prediction => prediction.Scores))
                {
                    json.WriteNumberValue(score);
                }
            });
        }

        if (all || wanted.Contains(Classes))
        {
            WriteOutput(json, Classes, "INT64", [predictions.Count], () =>
            {
                foreach (DigitPrediction prediction in predictions)
                {
                    json.WriteNumberValue(prediction.Digit);
                }
            });
        }

        json.WriteEndArray();
    }

    public static void WriteServer(Utf8JsonWriter json)
    {
        json.WriteString("name", "digits");
        json.WriteString("version", "1");
        json.WriteStartArray("extensions");
        json.WriteEndArray();
    }

    public static void WriteModel(Utf8JsonWriter json, string model)
    {
        json.WriteString("name", model);
        json.WriteStartArray("versions");
        json.WriteEndArray();
        json.WriteString("platform", "onnxruntime");
        json.WriteStartArray("inputs");
        WriteTensor(json, Input, "FP32", [-1, PredictorTensor.PictureLength]);
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        WriteTensor(json, Scores, "FP32", [-1, 10]);
        WriteTensor(json, Classes, "INT64", [-1]);
        json.WriteEndArray();
    }

    private static long ReadCount(JsonElement input)
    {
        long[] shape = input.TryGetProperty("shape", out JsonElement sizes) && sizes.ValueKind == JsonValueKind.Array
            ? [.. sizes.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int value) ? value : -1L)]
            : [];
        return shape is [> 0, PredictorTensor.PictureLength] or [> 0, 28, 28] or [> 0, 28, 28, 1] or [> 0, 1, 28, 28] ? shape[0]
            : throw new PredictorRequestException(400, "Expected the input's \"shape\" to be [n, 784] or [n, 28, 28] with n of at least 1");
    }

    private static void WriteOutput(Utf8JsonWriter json, string name, string type, int[] shape, Action data)
    {
        json.WriteStartObject();
        WriteSignature(json, name, type, shape);
        json.WriteNull("parameters");
        json.WriteStartArray("data");
        data();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string type, int[] shape)
    {
        json.WriteStartObject();
        WriteSignature(json, name, type, shape);
        json.WriteEndObject();
    }

    private static void WriteSignature(Utf8JsonWriter json, string name, string type, int[] shape)
    {
        json.WriteString("name", name);
        json.WriteStartArray("shape");
        foreach (int size in shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteString("datatype", type);
    }
}
