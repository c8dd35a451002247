namespace DigitFunctions.Tests.Faults;

/// <summary>What can go wrong with one HTTP call.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The call does not reach the server and is answered 500.</summary>
    Refused500,

    /// <summary>The call does not reach the server and is answered 503.</summary>
    Refused503,

    /// <summary>The call reaches the server late.</summary>
    Slow,

    /// <summary>The connection is cut before the call reaches the server.</summary>
    CutBefore,

    /// <summary>The server does what it is asked, and the connection is cut before it can say so.</summary>
    CutAfter,

    /// <summary>The connection is cut in the middle of the answer's body.</summary>
    CutInBody,

    /// <summary>The server does what it is asked, and the answer is turned into a 500.</summary>
    Late500,

    /// <summary>The call does not reach the server and is never answered.</summary>
    Silent,

    /// <summary>The server does what it is asked, and the answer never comes.</summary>
    SilentAfter,

    /// <summary>The answer stops in the middle of its body, and the connection stays open.</summary>
    StalledBody,
}

/// <summary>An S3 server's answer to whoever asks for an object that it never gives.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The error code in the answer's XML.</param>
internal sealed record Refusal(int Status, string Code);

/// <summary>One HTTP call on its way through the <see cref="FaultyProxy"/>.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, decoded, without the query.</param>
internal readonly record struct ProxiedCall(string Method, string Path);
