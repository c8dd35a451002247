using Amazon.S3;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

/// <summary>A test with a local S3 server of its own, and a client of it.</summary>
public abstract class S3ServerTest : IAsyncLifetime
{
    protected S3Server Server { get; private set; } = null!;

    protected AmazonS3Client S3 { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await S3Clients.StartAsync();
        S3 = Server.Client();
    }

    public async Task DisposeAsync()
    {
        S3.Dispose();
        await Server.DisposeAsync();
    }
}
