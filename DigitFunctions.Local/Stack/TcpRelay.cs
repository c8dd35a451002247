using System.Net;
using System.Net.Sockets;

namespace DigitFunctions.Local.Stack;

/// <summary>Listens on a port of loopback and passes every connection on to another.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener;
    private readonly int _targetPort;
    private readonly Task _accepting;

    /// <param name="port">The port to listen on; 0 takes any free one.</param>
    /// <param name="portOption">What a person changes to choose another.</param>
    /// <param name="targetPort">The port on 127.0.0.1 that connections are passed to.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public TcpRelay(int port, string portOption, int targetPort)
    {
        _targetPort = targetPort;
        _listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            _listener.Start();
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            _listener.Dispose();
            throw new PortTakenException(port, portOption);
        }

        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token).ConfigureAwait(false);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(RelayAsync(client));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections).ConfigureAwait(false);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient near = client;
        using TcpClient far = new();
        try
        {
            near.NoDelay = true;
            far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _targetPort, _stopping.Token).ConfigureAwait(false);
            // When either side ends, so does the connection.
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _stopping.Token),
                far.GetStream().CopyToAsync(near.GetStream(), _stopping.Token)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
            // A broken connection is the two ends' affair; the relay only drops it.
        }
    }
}
