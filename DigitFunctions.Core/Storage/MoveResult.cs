namespace DigitFunctions.Core.Storage;

/// <summary>How a move ended.</summary>
public enum MoveResult
{
    /// <summary>The picture is filed; in move mode its source is gone, unless it was overwritten meanwhile.</summary>
    Moved,

    /// <summary>The picture had been filed before, and nothing was left to do.</summary>
    AlreadyThere,

    /// <summary>A newer picture of the same key is filed there, or stands in the source bucket, and stays.</summary>
    Superseded,

    /// <summary>The picture is filed; the server refuses to delete its source, which stays.</summary>
    SourceStays,
}
