using Amazon.Runtime.Endpoints;
using Amazon.S3.Endpoints;
using Amazon.S3.Internal;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Tests.Storage;

public sealed class S3EndpointsTests
{
    private readonly S3Endpoints _endpoints = new();

    [Theory]
    [InlineData("http://127.0.0.1:9000", true, "mnist", "http://127.0.0.1:9000/mnist")]
    [InlineData("http://127.0.0.1:9000", true, null, "http://127.0.0.1:9000")]
    [InlineData(null, true, "mnist", "https://s3.eu-central-1.amazonaws.com/mnist")]
    [InlineData(null, false, "mnist", "https://mnist.s3.eu-central-1.amazonaws.com")]
    public void A_bucket_has_the_address_that_the_rules_give_it_however_often_it_is_asked_for(string? server, bool pathStyle, string? bucket, string url)
    {
        S3EndpointParameters parameters = Parameters(server, pathStyle, bucket);

        foreach (Endpoint endpoint in (IEnumerable<Endpoint>)[new AmazonS3EndpointProvider().ResolveEndpoint(parameters), _endpoints.ResolveEndpoint(parameters), _endpoints.ResolveEndpoint(parameters)])
        {
            Assert.Equal(url, endpoint.URL);
            Assert.NotNull(endpoint.Attributes["authSchemes"]);
        }
    }

    [Fact]
    public void Each_bucket_has_its_own_address()
    {
        Assert.Equal("http://127.0.0.1:9000/mnist", _endpoints.ResolveEndpoint(Parameters("http://127.0.0.1:9000", true, "mnist")).URL);
        Assert.Equal("http://127.0.0.1:9000/digits", _endpoints.ResolveEndpoint(Parameters("http://127.0.0.1:9000", true, "digits")).URL);
    }

    [Fact]
    public void What_a_caller_does_to_an_answer_is_not_seen_by_the_next()
    {
        S3EndpointParameters parameters = Parameters("http://127.0.0.1:9000", true, "mnist");

        _endpoints.ResolveEndpoint(parameters).URL += "/";

        Assert.Equal("http://127.0.0.1:9000/mnist", _endpoints.ResolveEndpoint(parameters).URL);
    }

    [Fact]
    public void A_bucket_that_has_no_address_is_refused_each_time()
    {
        S3EndpointParameters parameters = Parameters(null, false, "arn:aws:s3:nonsense");

        Assert.ThrowsAny<Exception>(() => _endpoints.ResolveEndpoint(parameters));
        Assert.ThrowsAny<Exception>(() => _endpoints.ResolveEndpoint(parameters));
    }

    private static S3EndpointParameters Parameters(string? server, bool pathStyle, string? bucket) =>
        new() { Endpoint = server, Region = "eu-central-1", ForcePathStyle = pathStyle, Bucket = bucket };
}
