using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3.Model;

namespace DigitFunctions.Core.Storage;

/// <summary>The condition on DELETE that Ceph's gateway honours in place of <c>If-Match</c>: the object was not written after a time, to the second.</summary>
/// <remarks>
/// Ceph's header, which AWS does not have; its zones delete each other's objects by it (<c>RGWDeleteObj_ObjStore_S3::get_params</c> in ceph/ceph).
/// Its time is no HTTP date: other forms are answered 400.
/// </remarks>
internal static class UnmodifiedSince
{
    private const string Header = "x-amz-delete-if-unmodified-since";

    /// <summary>A time before any object. The epoch itself would be no condition.</summary>
    public static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds the condition to a request.</summary>
    public static void Add(DeleteObjectRequest request, DateTimeOffset time)
    {
        string text = time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        // The SDK's way for headers that it has no property for; they are signed like the others.
        ((IAmazonWebServiceRequest)request).AddBeforeRequestHandler((_, arguments) => ((WebServiceRequestEventArgs)arguments).Headers[Header] = text);
    }
}
