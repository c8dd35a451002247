using System.Text.Json;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace DigitFunctions.Tests.Functions;

/// <summary>Routes as the Functions host reads them: with ASP.NET Core's router, function by function.</summary>
public sealed class Routes
{
    [Theory]
    [InlineData("POST", "/api/events", nameof(ClassifyFromHttp))]
    [InlineData("OPTIONS", "/api/events", nameof(WebhookHandshake))]
    [InlineData("GET", "/api/events", null)]
    [InlineData("POST", "/v1/models/mnist:predict", nameof(PredictFromEvent))]
    [InlineData("POST", "/v1/models/mnist", null)]
    [InlineData("GET", "/v1/models/mnist", nameof(ModelReady))]
    [InlineData("GET", "/api/health", nameof(Health))]
    [InlineData("HEAD", "/api/health", nameof(Health))]
    [InlineData("GET", "/api/page", nameof(ShowPage))]
    [InlineData("GET", "/api/page/page.css", nameof(ShowPage))]
    [InlineData("GET", "/api/page/data/overview", nameof(ShowPictures))]
    [InlineData("POST", "/api/page/decide", nameof(DecidePicture))]
    [InlineData("POST", "/api/page/replay", nameof(ReplayDeadLetters))]
    [InlineData("POST", "/api/page", null)]
    public void A_request_reaches_one_function(string method, string path, string? function)
    {
        IEnumerable<string> reached = Functions()
            .Where(found => found.Methods.Contains(method))
            .Where(found => new TemplateMatcher(TemplateParser.Parse(found.Route), []).TryMatch(path, []))
            .Select(found => found.Name);

        Assert.Equal(function is null ? [] : [function], reached);
    }

    [Fact]
    public void The_models_name_is_what_stands_before_the_colon()
    {
        var values = new RouteValueDictionary();
        string route = Functions().Single(found => found.Name == nameof(PredictFromEvent)).Route;

        Assert.True(new TemplateMatcher(TemplateParser.Parse(route), []).TryMatch("/v1/models/mnist:predict", values));

        Assert.Equal("mnist", values["model"]);
    }

    [Fact]
    public void A_function_bears_the_name_of_its_class_and_only_what_changes_nothing_and_shows_no_picture_is_open_to_all()
    {
        Assert.All(All(), function => Assert.Equal($"DigitFunctions.{function.Name}.RunAsync", function.Metadata.EntryPoint));
        Assert.Equal(
            [nameof(Health), nameof(ModelReady), nameof(ShowPage)],
            Functions().Where(function => function.Text("authLevel") == "Anonymous").Select(function => function.Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<HostedFunction> Functions() => All().Where(function => function.IsHttp);

    /// <summary>The functions as the Functions SDK writes them down for the host.</summary>
    private static IEnumerable<HostedFunction> All() =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(FunctionsApp.Built().Folder, "functions.metadata"))).EnumerateArray().Select(function => HostedFunction.Read(new RpcFunctionMetadata
        {
            Name = function.GetProperty("name").GetString(),
            EntryPoint = function.GetProperty("entryPoint").GetString(),
            RawBindings = { function.GetProperty("bindings").EnumerateArray().Select(binding => binding.GetRawText()) },
        }));
}
