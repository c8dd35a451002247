namespace DigitFunctions.Core.Events;

/// <summary>Gathers the notices of one message.</summary>
internal sealed class NoticeList
{
    private readonly List<UploadNotice> _items = new(1);

    /// <summary>The notices so far.</summary>
    public IReadOnlyList<UploadNotice> Items => _items;

    /// <summary>How many there are.</summary>
    public int Count => _items.Count;

    /// <summary>Adds one.</summary>
    public void Add(UploadNotice notice) => _items.Add(notice);

    /// <summary>Takes back all from <paramref name="start"/> on and says this instead.</summary>
    public void ReplaceFrom(int start, UploadNotice notice)
    {
        _items.RemoveRange(start, _items.Count - start);
        _items.Add(notice);
    }
}
