using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class LocalPredictorTests : IAsyncLifetime
{
    private LocalPredictor _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await LocalPredictor.StartAsync(new FirstPixelPredictor(), "mnist", 0, "port", NullLoggerFactory.Instance);
        _http = Connect(_server);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/", "{\"status\":\"alive\"}")]
    [InlineData("/v1/models", "{\"models\":[\"mnist\"]}")]
    [InlineData("/v1/models/mnist", "{\"name\":\"mnist\",\"ready\":true}")]
    [InlineData("/v2/health/live", "{\"live\":true}")]
    [InlineData("/v2/health/ready", "{\"ready\":true}")]
    [InlineData("/v2/models/mnist/ready", "{\"name\":\"mnist\",\"ready\":true}")]
    [InlineData("/v2/models/mnist", "{\"name\":\"mnist\",\"versions\":[],\"platform\":\"onnxruntime\",\"inputs\":[{\"name\":\"images\",\"shape\":[-1,784],\"datatype\":\"FP32\"}],"
        + "\"outputs\":[{\"name\":\"predictions\",\"shape\":[-1,10],\"datatype\":\"FP32\"},{\"name\":\"classes\",\"shape\":[-1],\"datatype\":\"INT64\"}]}")]
    public async Task It_says_what_it_is(string path, string expected) => Assert.Equal(expected, await _http.GetStringAsync(new Uri(path, UriKind.Relative)));

    [Fact]
    public async Task V1_answers_each_instance_as_the_samples_model_does()
    {
        foreach (string second in (string[])[Flat(0.7), Nested(0.7), $"{{\"images\":{Flat(0.7)}}}"])
        {
            (HttpStatusCode status, JsonNode reply) = await PostAsync("/v1/models/mnist:predict", $"{{\"instances\":[{Flat(0.3)},{second}]}}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal("{\"predictions\":[{\"predictions\":[0,0,0,1,0,0,0,0,0,0],\"classes\":3},{\"predictions\":[0,0,0,0,0,0,0,1,0,0],\"classes\":7}]}", reply.ToJsonString());
        }
    }

    [Fact]
    public async Task V2_answers_scores_and_classes_under_the_requests_id()
    {
        foreach ((string shape, string data) in ((string, string)[])[("[2,784]", $"[{Flat(0.3)},{Flat(0.7)}]"), ("[2,28,28]", $"[{Flat(0.3)[1..^1]},{Flat(0.7)[1..^1]}]")])
        {
            (HttpStatusCode status, JsonNode reply) = await PostAsync("/v2/models/mnist/infer",
                $"{{\"id\":\"42\",\"inputs\":[{{\"name\":\"images\",\"shape\":{shape},\"datatype\":\"FP32\",\"data\":{data}}}]}}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(
                "{\"model_name\":\"mnist\",\"model_version\":null,\"id\":\"42\",\"parameters\":null,\"outputs\":["
                + "{\"name\":\"predictions\",\"shape\":[2,10],\"datatype\":\"FP32\",\"parameters\":null,\"data\":[0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0]},"
                + "{\"name\":\"classes\",\"shape\":[2],\"datatype\":\"INT64\",\"parameters\":null,\"data\":[3,7]}]}",
                reply.ToJsonString());
        }
    }

    [Theory]
    [InlineData("[\"classes\"]", new[] { "classes" })]
    [InlineData("[\"output-0\"]", new[] { "predictions", "classes" })]
    public async Task V2_answers_the_outputs_that_are_asked_for(string outputs, string[] expected)
    {
        string wanted = outputs.Replace("[\"", "[{\"name\":\"", StringComparison.Ordinal).Replace("\"]", "\"}]", StringComparison.Ordinal);
        (_, JsonNode reply) = await PostAsync("/v2/models/mnist/infer",
            $"{{\"inputs\":[{{\"name\":\"input-0\",\"shape\":[1,784],\"datatype\":\"FP32\",\"data\":{Flat(0.3)}}}],\"outputs\":{wanted}}}");
        Assert.Equal(expected, reply["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":1}", 400, "Expected \"instances\" to be a list")]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":[]}", 400, "Expected \"instances\" to hold at least one picture")]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":[[1,2,3]]}", 400, "Expected instance 0 to have 784 numbers, got 3")]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":[\"picture\"]}", 400, "Expected instance 0 to be a list of 784 numbers, got String")]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":[[1,\"2\"]]}", 400, "Expected numbers, got String in the tensor")]
    [InlineData("/v1/models/mnist:predict", "{\"instances\":[[1e99]]}", 400, "Expected numbers, got Number in the tensor")]
    [InlineData("/v1/models/mnist:predict", "[]", 400, "Expected \"instances\" to be a list")]
    [InlineData("/v1/models/mnist:predict", "{", 400, "Unrecognized request format: ")]
    [InlineData("/v1/models/mnist:predict", "", 400, "Unrecognized request format: ")]
    [InlineData("/v1/models/other:predict", "{\"instances\":[]}", 404, "Model with name other does not exist.")]
    [InlineData("/v2/models/other/infer", "{}", 404, "Model with name other does not exist.")]
    [InlineData("/v2/models/mnist/infer", "{}", 400, "Expected \"inputs\" to be a list of one tensor")]
    [InlineData("/v2/models/mnist/infer", "{\"inputs\":[{\"shape\":[1,784],\"datatype\":\"BYTES\",\"data\":[]}]}", 400, "Expected the input's \"datatype\" to be FP32 or FP64")]
    [InlineData("/v2/models/mnist/infer", "{\"inputs\":[{\"shape\":[784],\"datatype\":\"FP32\",\"data\":[]}]}", 400, "Expected the input's \"shape\" to be [n, 784] or [n, 28, 28] with n of at least 1")]
    [InlineData("/v2/models/mnist/infer", "{\"inputs\":[{\"shape\":[2000000000,784],\"datatype\":\"FP32\",\"data\":[1]}]}", 400, "Expected 1568000000000 numbers by the input's shape, got 1")]
    public async Task A_request_that_cannot_be_answered_gets_KServes_error(string path, string body, int status, string error)
    {
        (HttpStatusCode got, JsonNode reply) = await PostAsync(path, body);
        Assert.Equal(status, (int)got);
        Assert.StartsWith(error, reply["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_it_does_not_know_is_not_found()
    {
        (HttpStatusCode status, JsonNode reply) = await PostAsync("/v3/anything", "{}");
        Assert.Equal((HttpStatusCode.NotFound, "{\"detail\":\"Not Found\"}"), (status, reply.ToJsonString()));
    }

    [Fact]
    public async Task A_model_that_fails_is_a_500_with_its_reason()
    {
        await using LocalPredictor server = await LocalPredictor.StartAsync(new FailingPredictor(), "mnist", 0, "port", NullLoggerFactory.Instance);
        using HttpClient http = Connect(server);
        using HttpResponseMessage reply = await http.PostAsync(new Uri("/v1/models/mnist:predict", UriKind.Relative), new StringContent($"{{\"instances\":[{Flat(0)}]}}"));
        Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        Assert.Equal("{\"error\":\"ImplausiblePredictionException : nine scores\"}", await reply.Content.ReadAsStringAsync());
    }

    private static HttpClient Connect(LocalPredictor server) => new() { BaseAddress = server.Url };

    private static string Flat(double first) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{first},{string.Join(',', Enumerable.Repeat("0", 783))}]");

    private static string Nested(double first) =>
        "[" + string.Join(',', Flat(first)[1..^1].Split(',').Chunk(28).Select(row => $"[{string.Join(',', row)}]")) + "]";

    private async Task<(HttpStatusCode Status, JsonNode Reply)> PostAsync(string path, string body)
    {
        using HttpResponseMessage reply = await _http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        return (reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync())!);
    }

    private sealed class FailingPredictor : IDigitPredictor
    {
        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) =>
            throw new ImplausiblePredictionException("nine scores");

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("test");
    }
}
