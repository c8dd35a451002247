using DigitFunctions.Core.Prediction;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests.Prediction;

public sealed class PredictionServicesTests
{
    [Fact]
    public void Without_settings_the_apps_own_model_predicts()
    {
        PredictionOptions options = new();

        Assert.Equal(PredictionMode.Onnx, options.Mode);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"), options.FullModelPath);
    }

    [Theory]
    [InlineData("Onnx", typeof(OnnxDigitPredictor))]
    [InlineData("KServe", typeof(KServeDigitPredictor))]
    [InlineData("KServeWithOnnxFallback", typeof(FallbackDigitPredictor))]
    public async Task The_mode_decides_who_predicts(string mode, Type type)
    {
        using IHost host = Build([("Mode", mode), ("Url", "http://127.0.0.1:1"), ("ModelPath", "Data/prediction/linear.onnx")]);

        await host.StartAsync();

        Assert.IsType(type, host.Services.GetRequiredService<IDigitPredictor>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Every_fault_of_the_settings_is_told_at_start_in_one_message()
    {
        using IHost host = Build([
            ("Mode", "KServeWithOnnxFallback"), ("Url", "mnist-predictor"), ("ModelPath", "none.onnx"), ("Timeout", "00:20:00"), ("MaxRetries", "-1"),
            ("HostHeader", "a b"), ("ModelName", ""), ("IntraOpThreads", "0"), ("Protocol", "7")]);

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "Prediction__HostHeader must be a host name, such as mnist.default.example.com; it is 'a b'.",
                "Prediction__IntraOpThreads must be a number from 1 to 64; it is '0'.",
                "Prediction__MaxRetries must be a number from 0 to 10; it is '-1'.",
                "Prediction__ModelName must be the model's name on the predictor, such as mnist; it is not set.",
                $"Prediction__ModelPath must name the ONNX model's file when Prediction__Mode is KServeWithOnnxFallback; there is no file {Path.Combine(AppContext.BaseDirectory, "none.onnx")}.",
                "Prediction__Protocol must be V1 or V2; it is '7'.",
                "Prediction__Timeout must be a time from 00:00:00.05 to 00:10:00; it is '00:20:00'.",
                "Prediction__Url must be the http or https address of a KServe predictor, such as http://mnist-predictor.default.svc.cluster.local, when Prediction__Mode is KServeWithOnnxFallback; it is 'mnist-predictor'.",
            ],
            error.Failures.Order(StringComparer.Ordinal));
        Assert.Equal(string.Join("; ", error.Failures), error.Message);
    }

    [Theory]
    [InlineData("", "it is not set")]
    [InlineData("ftp://predictor", "it is 'ftp://predictor'")]
    [InlineData("http://predictor?x=1", "it is 'http://predictor?x=1'")]
    [InlineData("http://user:secret@predictor", "it is one with a user name, which is not sent")]
    public async Task An_address_that_cannot_be_called_is_refused(string url, string found)
    {
        using IHost host = Build([("Mode", "KServe"), ("Url", url)]);

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.EndsWith($"when Prediction__Mode is KServe; {found}.", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_model_ends_the_start()
    {
        using IHost host = Build([("ModelPath", "Data/prediction/make_models.py")]);

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync());

        Assert.StartsWith("Prediction__ModelPath must name an ONNX model; ", error.Message, StringComparison.Ordinal);
    }

    private static IHost Build((string Name, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Prediction:" + setting.Name, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.Services.AddDigitPrediction();
        return builder.Build();
    }
}
