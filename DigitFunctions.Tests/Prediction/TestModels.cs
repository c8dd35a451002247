using System.Text.Json;

namespace DigitFunctions.Tests.Prediction;

/// <summary>The small models of Data/prediction, the two pictures that go with them, and the answers that numpy gives.</summary>
internal static class TestModels
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string Linear => PathOf("linear.onnx");

    public static Answers Expected { get; } = JsonSerializer.Deserialize<Answers>(File.ReadAllBytes(PathOf("linear.expected.json")), Json)!;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "prediction", name);

    /// <summary>Pictures made as make_models.py makes them: a ramp and a checked pattern, in turn.</summary>
    public static float[] Pictures(int count)
    {
        float[] pixels = new float[count * 784];
        for (int i = 0; i < pixels.Length; i++)
        {
            int pixel = i % 784;
            pixels[i] = i / 784 % 2 == 0 ? (float)(pixel / 783.0) : (float)(pixel / 3 % 4 / 3.0);
        }

        return pixels;
    }

    public sealed record Answers(float[][] Scores, int[] Classes);
}
