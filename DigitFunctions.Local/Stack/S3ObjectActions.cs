using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>The operations on objects, but for deleting them.</summary>
internal sealed class S3ObjectActions(S3Store store, S3Conditions conditions, S3Notifier notifier, int mostBytes)
{
    public async Task PutAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        Action<S3Object?> condition = conditions.ForWrite(call.Headers, call.Target.Key);
        S3Object draft = new() { Key = call.Target.Key, Headers = S3Headers.Read(call.Headers) };
        S3Body body = await call.ReadBodyAsync(mostBytes).ConfigureAwait(false);
        S3Object stored = bucket.Put(
            draft with { ETag = body.ETag, ChecksumHeader = body.ChecksumHeader, Checksum = body.Checksum }, body.Bytes, condition);
        await notifier.TellStoredAsync(call, "Put", stored).ConfigureAwait(false);
        WriteIdentity(call.Response, bucket, stored);
        WriteChecksum(call.Response, stored);
        await call.WriteEmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    public async Task CopyAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        S3Target source = S3Target.ParseCopySource(call.Headers["x-amz-copy-source"].ToString());
        S3Object found = FindSource(call, source);
        bool replaces = call.Headers["x-amz-metadata-directive"].ToString() switch
        {
            "REPLACE" => true,
            "" or "COPY" => false,
            string other => throw S3Exception.InvalidArgument($"x-amz-metadata-directive has to be COPY or REPLACE; it is \"{other}\"."),
        };
        if (!replaces && source.Bucket == call.Target.Bucket && source.Key == call.Target.Key && source["versionId"] is null)
        {
            throw S3Exception.InvalidRequest("An object can be copied onto itself only with x-amz-metadata-directive: REPLACE.");
        }

        Action<S3Object?> condition = conditions.ForWrite(call.Headers, call.Target.Key);
        byte[] bytes = await ReadContentAsync(found, call.Aborted).ConfigureAwait(false);
        S3Object stored = bucket.Put(
            found with
            {
                Key = call.Target.Key,
                Headers = replaces ? S3Headers.Read(call.Headers) : found.Headers,
                // A copy is one piece, whatever the source was.
                ETag = found.ETag.Contains('-', StringComparison.Ordinal) ? Convert.ToHexStringLower(S3Checksum.Md5(bytes)) : found.ETag,
            },
            bytes, condition);
        await notifier.TellStoredAsync(call, "Copy", stored).ConfigureAwait(false);
        WriteIdentity(call.Response, bucket, stored);
        if (found.VersionId is not null)
        {
            call.Response.Headers["x-amz-copy-source-version-id"] = found.VersionId;
        }

        await call.WriteXmlAsync("CopyObjectResult", xml =>
        {
            xml.Element("LastModified", stored.LastModified);
            xml.Element("ETag", $"\"{stored.ETag}\"");
        }).ConfigureAwait(false);
    }

    /// <summary>Finds the source of a copy and checks the conditions on it.</summary>
    public S3Object FindSource(S3Call call, S3Target source)
    {
        S3Object found = store[source.Bucket].Find(source.Key, source["versionId"]) is { IsDeleteMarker: false } visible
            ? visible : throw S3Exception.NoSuchKey(source.Key);
        conditions.CheckCopySource(call.Headers, found);
        return found;
    }

    /// <summary>The bytes of an object.</summary>
    /// <exception cref="S3Exception">NoSuchKey: it was deleted meanwhile.</exception>
    public static async Task<byte[]> ReadContentAsync(S3Object found, CancellationToken cancellationToken)
    {
        try
        {
            return await found.Content.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw S3Exception.NoSuchKey(found.Key);
        }
    }

    /// <summary>GET and HEAD.</summary>
    public async Task GetAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        S3Object found = FindVisible(call, bucket);
        HttpResponse response = call.Response;
        WriteIdentity(response, bucket, found);
        response.Headers.LastModified = found.LastModified.ToString("r");
        S3Conditions.CheckRead(call.Headers, found);
        S3Headers.Write(found.Headers, response.Headers);
        response.Headers.AcceptRanges = "bytes";
        (long from, long length) = S3Range.Parse(call.Headers.Range.ToString(), found.Content.Length) ?? (0, found.Content.Length);
        if (length < found.Content.Length)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{from + length - 1}/{found.Content.Length}";
        }
        else if (call.Headers["x-amz-checksum-mode"] == "ENABLED")
        {
            WriteChecksum(response, found);
        }

        if (HttpMethods.IsHead(call.Request.Method))
        {
            response.ContentLength = length;
            return;
        }

        if (found.Content.Bytes is byte[] bytes)
        {
            response.ContentLength = length;
            await response.BodyWriter.WriteAsync(bytes.AsMemory((int)from, (int)length), call.Aborted).ConfigureAwait(false);
            return;
        }

        await WriteFileAsync(call, found, from, length).ConfigureAwait(false);
    }

    /// <summary>Puts an object's eTag and version into an answer.</summary>
    public static void WriteIdentity(HttpResponse response, S3Bucket bucket, S3Object stored)
    {
        response.Headers.ETag = $"\"{stored.ETag}\"";
        if (bucket.Versioning != S3Versioning.Off)
        {
            response.Headers["x-amz-version-id"] = stored.VersionIdOrNull;
        }
    }

    private static S3Object FindVisible(S3Call call, S3Bucket bucket)
    {
        string? versionId = call.Target["versionId"];
        S3Object found = bucket.Find(call.Target.Key, versionId) ?? throw S3Exception.NoSuchKey(call.Target.Key);
        if (!found.IsDeleteMarker)
        {
            return found;
        }

        call.Response.Headers["x-amz-delete-marker"] = "true";
        call.Response.Headers["x-amz-version-id"] = found.VersionIdOrNull;
        throw versionId is null ? S3Exception.NoSuchKey(call.Target.Key) : S3Exception.MethodNotAllowed(call.Request.Method);
    }

    private static async Task WriteFileAsync(S3Call call, S3Object found, long from, long length)
    {
        FileStream file;
        try
        {
            file = found.Content.OpenFile();
        }
        catch (FileNotFoundException)
        {
            throw S3Exception.NoSuchKey(found.Key);
        }

        await using (file.ConfigureAwait(false))
        {
            call.Response.ContentLength = length;
            file.Position = found.Content.Offset + from;
            for (long left = length; left > 0;)
            {
                Memory<byte> buffer = call.Response.BodyWriter.GetMemory((int)Math.Min(left, 64 * 1024));
                int read = await file.ReadAsync(buffer[..(int)Math.Min(left, buffer.Length)], call.Aborted).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{found.Content.Path} is shorter than it was.");
                }

                call.Response.BodyWriter.Advance(read);
                await call.Response.BodyWriter.FlushAsync(call.Aborted).ConfigureAwait(false);
                left -= read;
            }
        }
    }

    private static void WriteChecksum(HttpResponse response, S3Object stored)
    {
        if (stored.ChecksumHeader is not null)
        {
            response.Headers[stored.ChecksumHeader] = stored.Checksum;
            response.Headers["x-amz-checksum-type"] = "FULL_OBJECT";
        }
    }
}
