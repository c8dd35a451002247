using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Core.Prediction;

/// <summary>KServe's V2 protocol: the REST form of the Open Inference Protocol.</summary>
/// <remarks>Source: github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md.</remarks>
public static class KServeV2Protocol
{
    // An output that gives the digit, or the ten scores, by the names that models of digits are exported with; the best known first.
    private static readonly string[] LabelNames = ["classes", "class", "label", "labels", "output-0"];
    private static readonly string[] ScoreNames = ["predictions", "probabilities", "scores", "output-0"];

    /// <summary>Where predictions are asked for, relative to the server's address.</summary>
    public static string PredictPath(string model) => $"v2/models/{Uri.EscapeDataString(model)}/infer";

    /// <summary>Where the server says whether the model is ready: by its status, not by a body.</summary>
    public static string ReadyPath(string model) => $"v2/models/{Uri.EscapeDataString(model)}/ready";

    /// <summary>Writes one input of shape [n, 784] with all numbers in one flat array; all outputs are asked for by naming none.</summary>
    /// <param name="output">Where the UTF-8 text goes.</param>
    /// <param name="inputName">The input's name.</param>
    /// <param name="tensors">n × 784 floats.</param>
    public static void WriteBody(IBufferWriter<byte> output, string inputName, ReadOnlySpan<float> tensors)
    {
        output.Write("{\"inputs\":[{\"name\":\""u8);
        output.Write(JsonEncodedText.Encode(inputName).EncodedUtf8Bytes);
        int pictures = tensors.Length / ImageTransform.TensorLength;
        output.Write(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"\",\"shape\":[{pictures},{ImageTransform.TensorLength}],\"datatype\":\"FP32\",\"data\":[")));
        KServeJson.WriteNumbers(output, tensors);
        output.Write("]}]}"u8);
    }

    /// <summary>Reads the scores, the digits, or both from the outputs, by their names and else by their sizes.</summary>
    /// <param name="reply">The reply's body.</param>
    /// <param name="pictures">How many pictures were asked for.</param>
    /// <param name="scores">What the ten numbers are.</param>
    /// <param name="model">The model's tag.</param>
    /// <exception cref="ImplausiblePredictionException">The reply cannot be true.</exception>
    public static DigitPrediction[] ParseReply(ReadOnlyMemory<byte> reply, int pictures, ScoreKind scores, string model) =>
        KServeJson.Read(reply, model, root =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty("outputs", out JsonElement list) && list.ValueKind == JsonValueKind.Array
                ? ReadPredictions(list, pictures, scores, model)
                : throw PlausiblePrediction.Implausible(model, $"no array named outputs: {KServeJson.ErrorText(reply)}"));

    private static DigitPrediction[] ReadPredictions(JsonElement list, int pictures, ScoreKind scores, string model)
    {
        List<Output> outputs = [.. list.EnumerateArray().Select(element => ReadOutput(element, model))];
        Output? labelOutput = Choose(outputs, pictures, pictures, LabelNames);
        Output? scoreOutput = Choose(outputs, pictures, pictures * PlausiblePrediction.Digits, ScoreNames);
        if (labelOutput is null && scoreOutput is null)
        {
            throw PlausiblePrediction.Implausible(
                model,
                $"the outputs {string.Join(", ", outputs.Select(output => output.Description))} for {pictures} pictures; "
                + $"expected scores of shape [{pictures}, {PlausiblePrediction.Digits}] or digits of shape [{pictures}]");
        }

        DigitPrediction[] predictions = new DigitPrediction[pictures];
        for (int i = 0; i < pictures; i++)
        {
            List<double> numbers = scoreOutput?.Data.GetRange(i * PlausiblePrediction.Digits, PlausiblePrediction.Digits) ?? [];
            predictions[i] = PlausiblePrediction.Create(i, labelOutput?.Data[i], PlausiblePrediction.ToScores(numbers, scores), model);
        }

        return predictions;
    }

    private static Output ReadOutput(JsonElement element, string model)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !element.TryGetProperty("datatype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Array)
        {
            throw PlausiblePrediction.Implausible(model, $"{KServeJson.Quote(element)} as an output; expected name, shape, datatype and data");
        }

        List<double> sizes = [];
        KServeJson.ReadNumbers(shape, sizes, model);
        string description = $"{KServeJson.Quote(name)} {KServeJson.Quote(type)} [{string.Join(", ", sizes)}]";
        List<double> numbers = [];

        // Texts and truth values are outputs of other use: named in errors, never read.
        bool isNumeric = type.GetString() is not ("BYTES" or "BOOL");
        if (isNumeric)
        {
            KServeJson.ReadNumbers(data, numbers, model);
        }

        double count = sizes.Aggregate(1.0, (product, size) => product * size);
        return !isNumeric || numbers.Count == count
            ? new Output(name.GetString()!, isNumeric, sizes, numbers, description)
            : throw PlausiblePrediction.Implausible(model, $"{numbers.Count} numbers in the output {description}");
    }

    // One picture may come without the batch's dimension: shape [10], or [].
    private static Output? Choose(List<Output> outputs, int pictures, int count, string[] names) => outputs
        .Where(output => output.IsNumeric && output.Data.Count == count && (pictures == 1 || output.Sizes[0] == pictures))
        .OrderBy(output => Array.IndexOf(names, output.Name) is >= 0 and int rank ? rank : names.Length)
        .FirstOrDefault();

    private sealed record Output(string Name, bool IsNumeric, List<double> Sizes, List<double> Data, string Description);
}
