using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Deploy;

/// <summary>deploy/s3/functions.json allows what the code asks of S3, and nothing else.</summary>
public sealed class S3PolicyTests
{
    /// <summary>Each call of AWSSDK.S3 that the code makes, with the actions it needs: AWS, Service Authorization Reference, Amazon S3.</summary>
    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["HeadBucket"] = ["s3:ListBucket"],
        ["ListObjectsV2"] = ["s3:ListBucket"],
        ["GetObject"] = ["s3:GetObject", "s3:GetObjectVersion"],
        ["GetObjectMetadata"] = ["s3:GetObject"],
        ["PutObject"] = ["s3:PutObject"],
        ["DeleteObject"] = ["s3:DeleteObject"],
        ["CopyObject"] = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging"],
    };

    private static readonly JsonNode Policy = JsonNode.Parse(Repository.Read("deploy", "s3", "functions.json"))!;

    [Fact]
    public void What_the_code_asks_for_is_allowed_and_nothing_else()
    {
        string[] calls = [.. Directory.GetFiles(Repository.PathOf("DigitFunctions.Core"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"\b_?s3\.(\w+)Async\(")).Select(match => match.Groups[1].Value).Distinct()];
        string[] allowed = [.. Policy.List("Statement").SelectMany(one => one["Action"]!.AsArray()).Select(action => action!.ToString()).Distinct()];

        Assert.Empty(calls.Except(Needed.Keys));
        Assert.Equal(calls.SelectMany(call => Needed[call]).Distinct().Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("s3:GetObject", "mnist/*", true)]
    [InlineData("s3:DeleteObject", "mnist/*", true)]
    [InlineData("s3:PutObject", "mnist/*", false)]
    [InlineData("s3:PutObject", "digits/*", true)]
    [InlineData("s3:DeleteObject", "digits/*", false)]
    [InlineData("s3:DeleteObject", "digits/.digitfunctions/*", true)]
    [InlineData("s3:DeleteObject", "digits/digit-*", true)]
    [InlineData("s3:DeleteObject", "digits/dead-letter/*", true)]
    [InlineData("s3:ListBucket", "mnist", true)]
    [InlineData("s3:ListBucket", "digits", true)]
    public void Uploads_are_read_and_removed_and_what_is_filed_is_removed_in_its_places_alone(string action, string resource, bool allowed) => Assert.Equal(allowed, Policy.List("Statement")
        .Any(one => Has(one, "Action", action) && Has(one, "Resource", $"arn:aws:s3:::{resource}")));

    [KubectlFact]
    public void The_buckets_are_those_of_the_settings()
    {
        var cluster = new Cluster(Yaml.Parse(Kustomize.Overlay("onnx")));
        Dictionary<string, string> settings = cluster.Environment(cluster.Functions["consumer"]);
        string[] buckets = [.. Policy.List("Statement").SelectMany(one => one["Resource"]!.AsArray()).Select(resource => resource!.ToString().Split(":::")[1].Split('/')[0]).Distinct()];

        Assert.Equal([settings["Sorting__SourceBuckets__0"], settings["Sorting__TargetBucket"]], buckets);
    }

    /// <summary>KServe lists a model's files and reads them.</summary>
    [Fact]
    public void The_predictor_only_reads() => Assert.All(
        JsonNode.Parse(Repository.Read("deploy", "s3", "predictor.json")).List("Statement").SelectMany(one => one["Action"]!.AsArray()),
        action => Assert.Matches("^s3:(Get|List)", action!.ToString()));

    private static bool Has(JsonObject statement, string member, string value) => statement[member]!.AsArray().Any(one => one!.ToString() == value);
}
