using System.Collections.Concurrent;
using Amazon.Runtime.Endpoints;
using Amazon.S3.Endpoints;
using Amazon.S3.Internal;

namespace DigitFunctions.Core.Storage;

/// <summary>Remembers the address of each bucket, which the SDK would find anew, by its rules, twice for every call.</summary>
/// <remarks>
/// For one client alone: all else that the rules look at is the same for all its calls, but for what makes part of <see cref="Asked"/>.
/// The rules do not look at the object key (S3's rule set, <c>endpoint-rule-set.json</c> in aws-sdk models).
/// </remarks>
internal sealed class S3Endpoints : IEndpointProvider
{
    private readonly AmazonS3EndpointProvider _rules = new();
    private readonly ConcurrentDictionary<Asked, Endpoint> _known = new();

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var s3 = (S3EndpointParameters)parameters;
        var asked = new Asked(s3.Bucket, s3.UseS3ExpressControlEndpoint, s3.DisableAccessPoints);
        if (!_known.TryGetValue(asked, out Endpoint? known))
        {
            known = _known.GetOrAdd(asked, _rules.ResolveEndpoint(parameters));
        }

        // The SDK puts a slash at the end of what it is given where a call is for the bucket itself.
        return new Endpoint(known.URL) { Attributes = known.Attributes, Headers = known.Headers };
    }

    private readonly record struct Asked(string? Bucket, bool? UseS3ExpressControlEndpoint, bool? DisableAccessPoints);
}
