using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>Deletes objects, one or many at once.</summary>
internal sealed class S3DeleteActions(S3Store store, S3Conditions conditions, S3Notifier notifier)
{
    private const int MostDeletes = 1000;

    public async Task DeleteAsync(S3Call call)
    {
        S3Removal removal = store[call.Target.Bucket].Delete(
            call.Target.Key,
            call.Target["versionId"],
            conditions.ForDelete(call.Headers.IfMatch.ToString(), call.Target.Key, call.Headers[S3Conditions.DeleteIfUnmodifiedSince].ToString()));
        await notifier.TellRemovedAsync(call, call.Target.Key, removal).ConfigureAwait(false);
        WriteRemoval(call.Response.Headers, removal);
        await call.WriteEmptyAsync(StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    /// <summary>DeleteObjects: each key stands alone.</summary>
    public async Task DeleteManyAsync(S3Call call)
    {
        S3Bucket bucket = store[call.Target.Bucket];
        XElement document = await call.ReadXmlAsync("Delete").ConfigureAwait(false);
        List<XElement> objects = [.. document.Children("Object")];
        if (objects.Count is 0 or > MostDeletes)
        {
            throw S3Exception.MalformedXml($"Delete has to name 1 to {MostDeletes} objects; it names {objects.Count}.");
        }

        List<Action<XmlWriter>> results = [];
        foreach (XElement entry in objects)
        {
            string key = entry.Text("Key") ?? throw S3Exception.MalformedXml("Each Object needs a Key.");
            string? versionId = entry.Text("VersionId");
            try
            {
                S3Removal removal = bucket.Delete(key, versionId, conditions.ForDelete(entry.Text("ETag") ?? "", key));
                await notifier.TellRemovedAsync(call, key, removal).ConfigureAwait(false);
                if (document.Text("Quiet") != "true")
                {
                    results.Add(xml => WriteDeleted(xml, key, versionId, removal));
                }
            }
            catch (S3Exception refusal)
            {
                results.Add(xml => WriteError(xml, key, versionId, refusal));
            }
        }

        await call.WriteXmlAsync("DeleteResult", xml => results.ForEach(result => result(xml))).ConfigureAwait(false);
    }

    private static void WriteRemoval(IHeaderDictionary headers, S3Removal removal)
    {
        if (removal.Marker is not null || removal.Removed is { IsDeleteMarker: true })
        {
            headers["x-amz-delete-marker"] = "true";
        }

        if ((removal.Marker ?? removal.Removed) is { VersionId: string versionId })
        {
            headers["x-amz-version-id"] = versionId;
        }
    }

    private static void WriteDeleted(XmlWriter xml, string key, string? versionId, S3Removal removal) => xml.Element("Deleted", deleted =>
    {
        deleted.Element("Key", key);
        deleted.Element("VersionId", versionId);
        if (removal.Marker is not null || removal.Removed is { IsDeleteMarker: true })
        {
            deleted.Element("DeleteMarker", true);
            deleted.Element("DeleteMarkerVersionId", (removal.Marker ?? removal.Removed)!.VersionIdOrNull);
        }
    });

    private static void WriteError(XmlWriter xml, string key, string? versionId, S3Exception refusal) => xml.Element("Error", error =>
    {
        error.Element("Key", key);
        error.Element("VersionId", versionId);
        error.Element("Code", refusal.Code);
        error.Element("Message", refusal.Message);
    });
}
