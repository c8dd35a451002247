using Amazon.Runtime;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Page;

/// <summary>Tells faults of the S3 server, which its user is told of, from defects.</summary>
public static class PageFault
{
    /// <summary>Whether the server refused, failed or was not reached.</summary>
    public static bool IsOfStore(Exception fault) => fault
        is AmazonServiceException or AmazonClientException or StoreRefusedException or HttpRequestException or IOException or TimeoutException or OperationCanceledException;
}
