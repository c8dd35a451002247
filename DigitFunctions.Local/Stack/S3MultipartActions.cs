using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>The operations of multipart uploads.</summary>
internal sealed class S3MultipartActions(S3Store store, S3Conditions conditions, S3Notifier notifier, int mostBytes)
{
    private const int MostParts = 10_000;

    public Task BeginAsync(S3Call call)
    {
        S3Upload upload = store[call.Target.Bucket].Uploads.Begin(call.Target.Key, S3Headers.Read(call.Headers), store.Clock.Next());
        return call.WriteXmlAsync("InitiateMultipartUploadResult", xml =>
        {
            xml.Element("Bucket", call.Target.Bucket);
            xml.Element("Key", call.Target.Key);
            xml.Element("UploadId", upload.Id);
        });
    }

    public async Task PutPartAsync(S3Call call)
    {
        S3Upload upload = Find(call);
        int number = PartNumber(call);
        S3Body body = await call.ReadBodyAsync(mostBytes).ConfigureAwait(false);
        S3Part part = Add(upload, number, body.Bytes, body.Md5);
        call.Response.Headers.ETag = $"\"{part.ETag}\"";
        if (body.ChecksumHeader is not null)
        {
            call.Response.Headers[body.ChecksumHeader] = body.Checksum;
        }

        await call.WriteEmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    /// <summary>UploadPartCopy.</summary>
    public async Task CopyPartAsync(S3Call call, S3ObjectActions objects)
    {
        S3Upload upload = Find(call);
        int number = PartNumber(call);
        S3Object source = objects.FindSource(call, S3Target.ParseCopySource(call.Headers["x-amz-copy-source"].ToString()));
        byte[] bytes = await S3ObjectActions.ReadContentAsync(source, call.Aborted).ConfigureAwait(false);
        if (S3Range.Parse(call.Headers["x-amz-copy-source-range"].ToString(), bytes.Length) is (long from, long length))
        {
            bytes = bytes.AsSpan((int)from, (int)length).ToArray();
        }

        S3Part part = Add(upload, number, bytes, S3Checksum.Md5(bytes));
        await call.WriteXmlAsync("CopyPartResult", xml =>
        {
            xml.Element("LastModified", part.LastModified);
            xml.Element("ETag", $"\"{part.ETag}\"");
        }).ConfigureAwait(false);
    }

    public async Task CompleteAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        S3Upload upload = Find(call);
        XElement document = await call.ReadXmlAsync("CompleteMultipartUpload").ConfigureAwait(false);
        List<(int Number, string ETag)> named = [.. document.Children("Part").Select(part =>
            int.TryParse(part.Text("PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && part.Text("ETag") is string eTag
                ? (number, eTag) : throw S3Exception.MalformedXml("Each Part needs a PartNumber and an ETag."))];
        if (named.Count == 0)
        {
            throw S3Exception.MalformedXml("CompleteMultipartUpload has to name at least one Part.");
        }

        (byte[] bytes, string eTag) = S3Uploads.Join(upload, named, mostBytes);
        Action<S3Object?> condition = conditions.ForWrite(call.Headers, upload.Key);
        S3Object stored = bucket.Put(new S3Object { Key = upload.Key, Headers = upload.Headers, ETag = eTag }, bytes, present =>
        {
            condition(present);
            // Last of all, so that a failed condition leaves the upload, and two completions make one object.
            if (!bucket.Uploads.End(upload))
            {
                throw S3Exception.NoSuchUpload(upload.Id);
            }
        });
        await notifier.TellStoredAsync(call, "CompleteMultipartUpload", stored).ConfigureAwait(false);
        S3ObjectActions.WriteIdentity(call.Response, bucket, stored);
        await call.WriteXmlAsync("CompleteMultipartUploadResult", xml =>
        {
            xml.Element("Location", $"{notifier.Endpoint}/{call.Target.Bucket}/{S3Target.Encode(upload.Key, keepSlash: true)}");
            xml.Element("Bucket", call.Target.Bucket);
            xml.Element("Key", upload.Key);
            xml.Element("ETag", $"\"{stored.ETag}\"");
        }).ConfigureAwait(false);
    }

    public Task AbortAsync(S3Call call)
    {
        store[call.Target.Bucket].Uploads.End(Find(call));
        return call.WriteEmptyAsync(StatusCodes.Status204NoContent);
    }

    public Task ListPartsAsync(S3Call call)
    {
        S3Upload upload = Find(call);
        int after = call.Target["part-number-marker"] is null ? 0 : call.Count("part-number-marker", MostParts);
        int most = call.Count("max-parts", 1000);
        List<S3Part> parts = [.. upload.Parts.Values.Where(part => part.Number > after).OrderBy(part => part.Number).Take(most + 1)];
        bool truncated = parts.Count > most;
        return call.WriteXmlAsync("ListPartsResult", xml =>
        {
            xml.Element("Bucket", call.Target.Bucket);
            xml.Element("Key", upload.Key);
            xml.Element("UploadId", upload.Id);
            xml.Element("PartNumberMarker", after);
            xml.Element("MaxParts", most);
            xml.Element("IsTruncated", truncated);
            foreach (S3Part part in parts.Take(most))
            {
                xml.Element("Part", entry =>
                {
                    entry.Element("PartNumber", part.Number);
                    entry.Element("LastModified", part.LastModified);
                    entry.Element("ETag", $"\"{part.ETag}\"");
                    entry.Element("Size", part.Bytes.Length);
                });
            }

            if (truncated && most > 0)
            {
                xml.Element("NextPartNumberMarker", parts[most - 1].Number);
            }
        });
    }

    /// <summary>ListMultipartUploads, all on one page.</summary>
    public Task ListUploadsAsync(S3Call call)
    {
        string prefix = call.Target["prefix"] ?? "";
        S3Bucket bucket = store[call.Target.Bucket];
        return call.WriteXmlAsync("ListMultipartUploadsResult", xml =>
        {
            xml.Element("Bucket", call.Target.Bucket);
            xml.Element("Prefix", prefix);
            xml.Element("IsTruncated", false);
            foreach (S3Upload upload in bucket.Uploads.All.Where(upload => upload.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                xml.Element("Upload", entry =>
                {
                    entry.Element("Key", upload.Key);
                    entry.Element("UploadId", upload.Id);
                    entry.Element("Initiated", upload.Initiated);
                });
            }
        });
    }

    private S3Upload Find(S3Call call) => store[call.Target.Bucket].Uploads.Find(call.Target["uploadId"] ?? "", call.Target.Key);

    private S3Part Add(S3Upload upload, int number, byte[] bytes, byte[] md5) =>
        upload.Parts[number] = new S3Part(number, bytes, md5, store.Clock.Next());

    private static int PartNumber(S3Call call) =>
        int.TryParse(call.Target["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostParts
            ? number : throw S3Exception.InvalidArgument($"partNumber has to be 1 to {MostParts}.");
}
