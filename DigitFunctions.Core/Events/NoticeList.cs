namespace DigitFunctions.Core.Events;

/// <summary>Gathers the notices of one message.</summary>
internal sealed class NoticeList
{
    private readonly List<UploadNotice> items = new(1);

    /// <summary>The notices so far.</summary>
    public IReadOnlyList<UploadNotice> Items => items;

    /// <summary>How many there are.</summary>
    public int Count => items.Count;

    /// <summary>Adds one.</summary>
    public void Add(UploadNotice notice) => items.Add(notice);

    /// <summary>Takes back all from <paramref name="start"/> on and says this instead.</summary>
    public void ReplaceFrom(int start, UploadNotice notice)
    {
        items.RemoveRange(start, items.Count - start);
        items.Add(notice);
    }
}
