namespace DigitFunctions.Core.Results;

/// <summary>Tells others of filed pictures. Registered where the settings say whom to tell.</summary>
public interface IResultEvents
{
    /// <summary>Tells of one picture, and waits until that is certain to last.</summary>
    /// <param name="picture">The picture. The same one may be told again; its event has the same id then.</param>
    /// <param name="cancellationToken">Ends the waiting; the event may have been written all the same.</param>
    /// <exception cref="IOException">It could not be written; the message says where to and why.</exception>
    Task WriteAsync(FiledPicture picture, CancellationToken cancellationToken);
}
