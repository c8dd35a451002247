namespace DigitFunctions.Core.Events;

/// <summary>What the reader of events takes on at most; an event beyond it is rejected with a reason that names the limit.</summary>
public static class EventLimits
{
    /// <summary>Most bytes of a body: 1 MiB. An HTTP function answers 413 beyond it.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>Most records of a notification, and most events of a batch.</summary>
    public const int MaxRecords = 1000;

    /// <summary>Most levels of objects and arrays in one JSON document.</summary>
    public const int MaxJsonDepth = 64;

    /// <summary>Most envelopes around one notification: a dead letter of a dead letter of a CloudEvent has three.</summary>
    public const int MaxEnvelopes = 4;

    /// <summary>Most UTF-8 bytes of an object key: S3's limit of 1,024 less room for the folder that it is moved to.</summary>
    public const int MaxKeyBytes = 900;
}
