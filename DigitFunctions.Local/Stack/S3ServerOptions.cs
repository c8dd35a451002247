using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Local.Stack;

/// <summary>How a local S3 endpoint is set up.</summary>
public sealed record S3ServerOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>What a person changes to choose another port; named where the port is taken.</summary>
    public string PortOption { get; init; } = nameof(Port);

    /// <summary>The access key of the one user.</summary>
    public string User { get; init; } = "minio";

    /// <summary>The user's secret key.</summary>
    public string Password { get; init; } = "minio123";

    /// <summary>The folder that keeps the objects; <see langword="null"/> keeps them in memory until the server stops.</summary>
    public string? Folder { get; init; }

    /// <summary>Whose conditional requests are played.</summary>
    public ConditionSupport Conditions { get; init; } = ConditionSupport.Aws;

    /// <summary>Buckets whose events go to <see cref="Announce"/>.</summary>
    public IReadOnlyCollection<string> AnnouncedBuckets { get; init; } = [];

    /// <summary>Whether removals are announced, as well as creations.</summary>
    public bool AnnounceRemovals { get; init; } = true;

    /// <summary>
    /// Takes the events of announced buckets, after the object is stored and before its request is answered. What it throws is logged,
    /// and the request succeeds all the same.
    /// </summary>
    public Func<BucketNotification, ValueTask>? Announce { get; init; }

    /// <summary>The largest object in bytes, whether put in one piece or in parts.</summary>
    /// <value>The default is 1 GiB.</value>
    public int MaxObjectBytes { get; init; } = 1 << 30;

    /// <summary>Gives the times of objects, and the time that signatures are compared with.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the server logs.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
