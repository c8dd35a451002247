using Amazon.Runtime;

namespace DigitFunctions.Core.Storage;

/// <summary>A kind of call: a server allows or refuses each of them for itself.</summary>
public enum StoreOperation
{
    /// <summary>Reading an object.</summary>
    Get,

    /// <summary>Reading an object's headers.</summary>
    Head,

    /// <summary>Writing an object.</summary>
    Put,

    /// <summary>Having the server copy an object into the target bucket.</summary>
    Copy,

    /// <summary>Removing an object.</summary>
    Delete,
}

/// <summary>The S3 server refuses a call, and will go on doing so until somebody mends the cause. Whether that is the object's own is another question.</summary>
/// <param name="operation">What was refused.</param>
/// <param name="bucket">The bucket; of a copy, the source's.</param>
/// <param name="key">The object's key.</param>
/// <param name="began">When the call began, on the clock of <see cref="StoreAccess"/>.</param>
/// <param name="cause">What the server, or the client on its behalf, said.</param>
public sealed class StoreRefusedException(StoreOperation operation, string bucket, string key, long began, Exception cause)
    : Exception($"{Verb(operation)} {bucket}/{key} was refused: {Describe(cause)}", cause)
{
    /// <summary>What was refused.</summary>
    public StoreOperation Operation { get; } = operation;

    /// <summary>The bucket; of a copy, the source's.</summary>
    public string Bucket { get; } = bucket;

    /// <summary>The object's key.</summary>
    public string Key { get; } = key;

    /// <summary>When the call began: a later call has a greater number.</summary>
    internal long Began { get; } = began;

    /// <summary>S3's word for the cause; <see langword="null"/> where the server has not said a word.</summary>
    internal string? Code => (InnerException as AmazonServiceException)?.ErrorCode;

    /// <summary>The operation as S3 calls it.</summary>
    internal static string Verb(StoreOperation operation) => operation.ToString().ToUpperInvariant();

    private static string Describe(Exception cause) => cause is AmazonServiceException { StatusCode: not 0 } service
        ? $"{(int)service.StatusCode} {service.ErrorCode}: {service.Message}" : cause.Message;
}
