using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Prediction;

/// <summary>Every reply of Data/prediction/kserve-*-replies.json is read as the case beside it says.</summary>
public sealed class KServeReplyTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static TheoryData<string> V1Cases => Names("kserve-v1-replies.json");

    public static TheoryData<string> V2Cases => Names("kserve-v2-replies.json");

    [Theory]
    [MemberData(nameof(V1Cases))]
    public void A_V1_reply_is_read_or_refused(string name)
    {
        ReplyCase reply = Load("kserve-v1-replies.json").Single(item => item.Name == name);
        Check(reply, () => KServeV1Protocol.ParseReply(reply.Bytes, reply.Pictures, reply.Scores, "kserve:mnist"));
    }

    [Theory]
    [MemberData(nameof(V2Cases))]
    public void A_V2_reply_is_read_or_refused(string name)
    {
        ReplyCase reply = Load("kserve-v2-replies.json").Single(item => item.Name == name);
        Check(reply, () => KServeV2Protocol.ParseReply(reply.Bytes, reply.Pictures, reply.Scores, "kserve:mnist"));
    }

    [Fact]
    public void Whatever_bytes_come_the_reply_is_read_or_refused()
    {
        Random random = new(5);
        byte[][] seeds = [.. Load("kserve-v1-replies.json").Concat(Load("kserve-v2-replies.json")).Select(reply => reply.Bytes)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(4); change >= 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "[]{},:\"019-e.\\ud8"[random.Next(17)]);
            }

            byte[] cut = bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
            RequireReadOrRefused(() => KServeV1Protocol.ParseReply(cut, 1, ScoreKind.Probabilities, "kserve:mnist"), cut);
            RequireReadOrRefused(() => KServeV2Protocol.ParseReply(cut, 1, ScoreKind.Logits, "kserve:mnist"), cut);
        }
    }

    [Theory]
    [InlineData("""{"name":"mnist","ready":true}""", true)]
    [InlineData("""{"name":"mnist","ready":"True"}""", true)]
    [InlineData("""{"name":"mnist"}""", true)]
    [InlineData("""{"name":"mnist","ready":false}""", false)]
    [InlineData("""{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""", true)]
    [InlineData("""{"model_version_status":[{"version":"1","state":"LOADING"}]}""", false)]
    [InlineData("[]", false)]
    public void Readiness_is_read_in_both_servers_forms(string reply, bool ready) =>
        Assert.Equal(ready, KServeV1Protocol.SaysReady(Encoding.UTF8.GetBytes(reply), "kserve:mnist"));

    private static void RequireReadOrRefused(Func<DigitPrediction[]> parse, byte[] bytes)
    {
        Exception? error = Record.Exception(parse);
        Assert.True(error is null or ImplausiblePredictionException, $"{Convert.ToBase64String(bytes)}: {error}");
    }

    private static void Check(ReplyCase reply, Func<DigitPrediction[]> parse)
    {
        if (reply.Error is not null)
        {
            string message = Assert.Throws<ImplausiblePredictionException>(parse).Message;
            Assert.StartsWith("The model kserve:mnist answered ", message, StringComparison.Ordinal);
            Assert.Contains(reply.Error, message, StringComparison.Ordinal);
            return;
        }

        DigitPrediction[] predictions = parse();
        Assert.Equal(reply.Digits!, predictions.Select(prediction => prediction.Digit));
        Assert.Equal(reply.Confidence!.Length, predictions.Length);
        Assert.All(predictions.Zip(reply.Confidence!), pair => Assert.Equal(pair.Second, pair.First.Confidence, 1e-6f));
        Assert.All(predictions, prediction => Assert.Equal("kserve:mnist", prediction.Model));
    }

    private static TheoryData<string> Names(string file) => [.. Load(file).Select(reply => reply.Name)];

    private static ReplyCase[] Load(string file) => JsonSerializer.Deserialize<ReplyCase[]>(File.ReadAllBytes(TestModels.PathOf(file)), Json)!;

    private sealed record ReplyCase(string Name, int Pictures, int[]? Digits, float[]? Confidence, string? Error, JsonElement Body, string? Text)
    {
        [JsonConverter(typeof(JsonStringEnumConverter<ScoreKind>))]
        public ScoreKind Scores { get; init; } = ScoreKind.Probabilities;

        public byte[] Bytes => Encoding.UTF8.GetBytes(Text ?? Body.GetRawText());
    }
}
