using System.Buffers;
using System.Text.Json;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Core.Prediction;

/// <summary>KServe's V1 protocol, which is TensorFlow Serving's REST protocol in its row format.</summary>
/// <remarks>Source: kserve.github.io, "V1 Inference Protocol"; tensorflow.org, "RESTful API", Predict API.</remarks>
public static class KServeV1Protocol
{
    /// <summary>The media type of bodies and replies.</summary>
    public const string ContentType = "application/json";

    /// <summary>Where predictions are asked for, relative to the server's address.</summary>
    public static string PredictPath(string model) => $"v1/models/{Uri.EscapeDataString(model)}:predict";

    /// <summary>Where the server says whether the model is ready.</summary>
    public static string ReadyPath(string model) => $"v1/models/{Uri.EscapeDataString(model)}";

    /// <summary>Writes <c>{"instances":[[784 numbers]…]}</c>.</summary>
    /// <param name="output">Where the UTF-8 text goes.</param>
    /// <param name="tensors">n × 784 floats.</param>
    public static void WriteBody(IBufferWriter<byte> output, ReadOnlySpan<float> tensors)
    {
        output.Write("{\"instances\":["u8);
        for (int start = 0; start < tensors.Length; start += ImageTransform.TensorLength)
        {
            output.Write(start == 0 ? "["u8 : ",["u8);
            KServeJson.WriteNumbers(output, tensors.Slice(start, ImageTransform.TensorLength));
            output.Write("]"u8);
        }

        output.Write("]}"u8);
    }

    /// <summary>Reads <c>{"predictions":[…]}</c>: each an object with <c>classes</c>, <c>predictions</c> or both, ten scores, or a digit.</summary>
    /// <param name="reply">The reply's body.</param>
    /// <param name="pictures">How many pictures were asked for.</param>
    /// <param name="scores">What the ten numbers are.</param>
    /// <param name="model">The model's tag.</param>
    /// <exception cref="ImplausiblePredictionException">The reply cannot be true.</exception>
    public static DigitPrediction[] ParseReply(ReadOnlyMemory<byte> reply, int pictures, ScoreKind scores, string model) =>
        KServeJson.Read(reply, model, root =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty("predictions", out JsonElement list) && list.ValueKind == JsonValueKind.Array
                ? ReadPredictions(list, pictures, scores, model)
                : throw PlausiblePrediction.Implausible(model, $"no array named predictions: {KServeJson.ErrorText(reply)}"));

    /// <summary>Whether the answer at <see cref="ReadyPath"/> says that the model is ready, in KServe's form or TensorFlow Serving's.</summary>
    /// <exception cref="ImplausiblePredictionException">The reply is no JSON.</exception>
    public static bool SaysReady(ReadOnlyMemory<byte> reply, string model) => KServeJson.Read(reply, model, root =>
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (root.TryGetProperty("model_version_status", out JsonElement versions) && versions.ValueKind == JsonValueKind.Array)
        {
            return versions.EnumerateArray().Any(version =>
                version.ValueKind == JsonValueKind.Object && version.TryGetProperty("state", out JsonElement state) && KServeJson.Quote(state) == "AVAILABLE");
        }

        // Some servers write the word as a string, some say only the name.
        return !root.TryGetProperty("ready", out JsonElement ready) || string.Equals(KServeJson.Quote(ready), "true", StringComparison.OrdinalIgnoreCase);
    });

    private static DigitPrediction[] ReadPredictions(JsonElement list, int pictures, ScoreKind scores, string model)
    {
        PlausiblePrediction.RequireCount(list.GetArrayLength(), pictures, model);
        DigitPrediction[] predictions = new DigitPrediction[pictures];
        List<double> numbers = new(PlausiblePrediction.Digits);
        int index = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            numbers.Clear();
            double? label = ReadPrediction(element, numbers, model);
            predictions[index] = PlausiblePrediction.Create(index, label, PlausiblePrediction.ToScores(numbers, scores), model);
            index++;
        }

        return predictions;
    }

    private static double? ReadPrediction(JsonElement element, List<double> numbers, string model)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return element.GetDouble();
            case JsonValueKind.Array:
                KServeJson.ReadNumbers(element, numbers, model);
                return null;
            case JsonValueKind.Object:
                bool hasScores = element.TryGetProperty("predictions", out JsonElement scores);
                bool hasLabel = element.TryGetProperty("classes", out JsonElement label);
                bool isReadable = (hasScores || hasLabel)
                    && (!hasScores || scores.ValueKind == JsonValueKind.Array)
                    && (!hasLabel || label.ValueKind == JsonValueKind.Number);
                if (!isReadable)
                {
                    break;
                }

                if (hasScores)
                {
                    KServeJson.ReadNumbers(scores, numbers, model);
                }

                return hasLabel ? label.GetDouble() : null;
        }

        throw PlausiblePrediction.Implausible(
            model, $"{KServeJson.Quote(element)} as a prediction; expected an object with classes and predictions, {PlausiblePrediction.Digits} scores, or a digit");
    }
}
