using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace DigitFunctions.Local.Stack;

/// <summary>The operations on the list of buckets and on buckets.</summary>
internal sealed class S3BucketActions(S3Store store, string owner)
{
    private const int MostKeys = 1000;

    public Task ListBucketsAsync(S3Call call) => call.WriteXmlAsync("ListAllMyBucketsResult", xml =>
    {
        WriteOwner(xml);
        xml.Element("Buckets", inner =>
        {
            foreach (S3Bucket bucket in store.Buckets)
            {
                inner.Element("Bucket", entry =>
                {
                    entry.Element("Name", bucket.Name);
                    entry.Element("CreationDate", bucket.Created);
                });
            }
        });
    });

    public async Task CreateAsync(S3Call call)
    {
        // The body may name a region; there is only one place here, so it is read and left.
        if (call.Request.ContentLength > 0)
        {
            await call.ReadXmlAsync("CreateBucketConfiguration").ConfigureAwait(false);
        }

        store.Create(call.Target.Bucket);
        call.Response.Headers.Location = "/" + call.Target.Bucket;
        await call.WriteEmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    public Task HeadAsync(S3Call call)
    {
        _ = store[call.Target.Bucket];
        call.Response.Headers["x-amz-bucket-region"] = S3Server.Region;
        return call.WriteEmptyAsync(StatusCodes.Status200OK);
    }

    public Task DeleteAsync(S3Call call)
    {
        store.Delete(call.Target.Bucket);
        return call.WriteEmptyAsync(StatusCodes.Status204NoContent);
    }

    public Task GetLocationAsync(S3Call call)
    {
        _ = store[call.Target.Bucket];
        // us-east-1 is an empty constraint.
        return call.WriteXmlAsync("LocationConstraint", _ => { });
    }

    public Task GetVersioningAsync(S3Call call)
    {
        S3Versioning state = store[call.Target.Bucket].Versioning;
        return call.WriteXmlAsync("VersioningConfiguration", xml => xml.Element("Status", state == S3Versioning.Off ? null : state.ToString()));
    }

    public async Task PutVersioningAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        XElement document = await call.ReadXmlAsync("VersioningConfiguration").ConfigureAwait(false);
        bucket.SetVersioning(document.Text("Status") switch
        {
            "Enabled" => S3Versioning.Enabled,
            "Suspended" => S3Versioning.Suspended,
            _ => throw S3Exception.MalformedXml("Status has to be Enabled or Suspended."),
        });
        await call.WriteEmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }

    /// <summary>ListObjectsV2.</summary>
    public Task ListAsync(S3Call call)
    {
        string? token = call.Target["continuation-token"];
        S3ListQuery query = Query(call, token is null ? call.Target["start-after"] : ParseToken(token));
        S3Page page = store[call.Target.Bucket].List(query);
        return call.WriteXmlAsync("ListBucketResult", xml =>
        {
            WriteHead(xml, call, query, page);
            xml.Element("KeyCount", page.Entries.Count);
            xml.Element("ContinuationToken", token);
            xml.Element("StartAfter", Encoded(call, call.Target["start-after"]));
            xml.Element("NextContinuationToken", page.IsTruncated ? WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(page.Entries[^1].Marker)) : null);
            WriteEntries(xml, call, page, withOwner: call.Target["fetch-owner"] == "true");
        });
    }

    /// <summary>ListObjects, the first version.</summary>
    public Task ListV1Async(S3Call call)
    {
        S3ListQuery query = Query(call, call.Target["marker"]);
        S3Page page = store[call.Target.Bucket].List(query);
        return call.WriteXmlAsync("ListBucketResult", xml =>
        {
            WriteHead(xml, call, query, page);
            xml.Element("Marker", Encoded(call, query.After));
            xml.Element("NextMarker", page.IsTruncated ? Encoded(call, page.Entries[^1].Marker) : null);
            WriteEntries(xml, call, page, withOwner: true);
        });
    }

    public Task ListVersionsAsync(S3Call call)
    {
        S3ListQuery query = Query(call, call.Target["key-marker"]) with { AfterVersion = call.Target["version-id-marker"] };
        S3Page page = store[call.Target.Bucket].ListVersions(query);
        return call.WriteXmlAsync("ListVersionsResult", xml =>
        {
            WriteHead(xml, call, query, page);
            xml.Element("KeyMarker", Encoded(call, query.After));
            xml.Element("VersionIdMarker", query.AfterVersion ?? "");
            if (page.IsTruncated)
            {
                xml.Element("NextKeyMarker", Encoded(call, page.Entries[^1].Marker));
                xml.Element("NextVersionIdMarker", page.Entries[^1].Object?.VersionIdOrNull);
            }

            WriteEntries(xml, call, page, withOwner: true);
        });
    }

    private static S3ListQuery Query(S3Call call, string? after)
    {
        if (call.Target["encoding-type"] is string encoding && encoding != "url")
        {
            throw S3Exception.InvalidArgument($"encoding-type has to be url; it is \"{encoding}\".");
        }

        return new S3ListQuery(call.Target["prefix"] ?? "", call.Target["delimiter"] ?? "", after ?? "", call.Count("max-keys", MostKeys));
    }

    private static string ParseToken(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token));
        }
        catch (FormatException)
        {
            throw S3Exception.InvalidArgument("The continuation token is not one that this server gave.");
        }
    }

    private static string? Encoded(S3Call call, string? key) =>
        key is null || call.Target["encoding-type"] is null ? key : S3Target.Encode(key, keepSlash: true);

    private static void WriteHead(XmlWriter xml, S3Call call, S3ListQuery query, S3Page page)
    {
        xml.Element("Name", call.Target.Bucket);
        xml.Element("Prefix", Encoded(call, query.Prefix));
        xml.Element("Delimiter", query.Delimiter.Length == 0 ? null : Encoded(call, query.Delimiter));
        xml.Element("MaxKeys", query.MaxKeys);
        xml.Element("EncodingType", call.Target["encoding-type"]);
        xml.Element("IsTruncated", page.IsTruncated);
    }

    private void WriteEntries(XmlWriter xml, S3Call call, S3Page page, bool withOwner)
    {
        bool versions = call.Target["versions"] is not null;
        foreach (S3Entry entry in page.Entries.Where(entry => entry.Object is not null))
        {
            S3Object found = entry.Object!;
            xml.Element(!versions ? "Contents" : found.IsDeleteMarker ? "DeleteMarker" : "Version", contents =>
            {
                contents.Element("Key", Encoded(call, found.Key));
                if (versions)
                {
                    contents.Element("VersionId", found.VersionIdOrNull);
                    contents.Element("IsLatest", entry.IsLatest);
                }

                contents.Element("LastModified", found.LastModified);
                if (!found.IsDeleteMarker)
                {
                    contents.Element("ETag", $"\"{found.ETag}\"");
                    contents.Element("Size", found.Content.Length);
                    contents.Element("StorageClass", "STANDARD");
                }

                if (withOwner)
                {
                    WriteOwner(contents);
                }
            });
        }

        foreach (string? prefix in page.Entries.Select(entry => entry.CommonPrefix).OfType<string>())
        {
            xml.Element("CommonPrefixes", inner => inner.Element("Prefix", Encoded(call, prefix)));
        }
    }

    private void WriteOwner(XmlWriter xml) => xml.Element("Owner", inner =>
    {
        inner.Element("ID", owner);
        inner.Element("DisplayName", owner);
    });
}
