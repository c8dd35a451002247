using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>Tells of what happened to objects: observers in the process first, then the sink of announced buckets.</summary>
internal sealed class S3Notifier(S3ServerOptions options, ILogger logger)
{
    private readonly HashSet<string> _announced = [.. options.AnnouncedBuckets];
    private readonly string _deploymentId = Guid.NewGuid().ToString();

    public Action<BucketNotification>? Stored { get; set; }

    public Action<BucketNotification>? Removed { get; set; }

    /// <summary>The server's URL, known once it listens.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Tells of an object that was made.</summary>
    /// <param name="call">The request that made it.</param>
    /// <param name="kind">Put, Copy or CompleteMultipartUpload.</param>
    /// <param name="stored">The object.</param>
    public ValueTask TellStoredAsync(S3Call call, string kind, S3Object stored) =>
        TellAsync(Stored, From(call, "s3:ObjectCreated:" + kind, stored.Key) with
        {
            VersionId = stored.VersionId,
            Size = stored.Content.Length,
            ETag = stored.ETag,
            Headers = stored.Headers,
            Time = stored.LastModified,
        });

    /// <summary>Tells of a delete, unless it did nothing.</summary>
    public ValueTask TellRemovedAsync(S3Call call, string key, S3Removal removal)
    {
        S3Object? subject = removal.Marker ?? removal.Removed;
        return subject is null ? ValueTask.CompletedTask
            : TellAsync(Removed, From(call, removal.Marker is null ? "s3:ObjectRemoved:Delete" : "s3:ObjectRemoved:DeleteMarkerCreated", key) with
            {
                VersionId = subject.VersionId,
                Time = removal.Time,
            });
    }

    // The object is stored whatever becomes of the announcement, so nothing here may fail the request.
    private async ValueTask TellAsync(Action<BucketNotification>? observers, BucketNotification notification)
    {
        try
        {
            observers?.Invoke(notification);
        }
        catch (Exception fault)
        {
            StackLog.ObserverFailed(logger, fault, notification.Bucket, notification.Key);
        }

        if (options.Announce is null || !_announced.Contains(notification.Bucket)
            || (!options.AnnounceRemovals && notification.EventName.StartsWith("s3:ObjectRemoved:", StringComparison.Ordinal)))
        {
            return;
        }

        try
        {
            await options.Announce(notification).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            StackLog.AnnouncementFailed(logger, fault, notification.Bucket, notification.Key);
        }
    }

    private BucketNotification From(S3Call call, string eventName, string key) => new(eventName, call.Target.Bucket, key)
    {
        User = options.User,
        SourceAddress = call.Http.Connection.RemoteIpAddress?.ToString() ?? "",
        UserAgent = call.Headers.UserAgent.ToString(),
        RequestId = call.RequestId,
        Endpoint = Endpoint,
        DeploymentId = _deploymentId,
    };
}
