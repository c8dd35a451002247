using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

/// <summary>A hand-made request, for what no SDK sends; signed by the steps of AWS's documentation.</summary>
internal sealed class S3Raw(string method, string target)
{
    private readonly string _time = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    private string _signature = "";

    public SortedDictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    public byte[] Body { get; init; } = [];

    public string Password { get; init; } = "minio123";

    public string User { get; init; } = "minio";

    public string? Time { get; init; }

    public string? PayloadHash { get; init; }

    /// <summary>Whether Content-Length is sent.</summary>
    public bool HasLength { get; init; } = true;

    /// <summary>Builds the body when the request's signature is known, as chunk signatures need.</summary>
    public Func<S3Raw, byte[]>? SignedBody { get; init; }

    private string At => Time ?? _time;

    private string Scope => $"{At[..8]}/us-east-1/s3/aws4_request";

    /// <summary>Signs and sends.</summary>
    /// <returns>The status, and the body with the headers before it.</returns>
    public async Task<(HttpStatusCode Status, string Text)> SendAsync(S3Server server)
    {
        Headers["host"] = server.Url.Authority;
        Headers["x-amz-date"] = At;
        Headers["x-amz-content-sha256"] = PayloadHash ?? Convert.ToHexStringLower(SHA256.HashData(Body));
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        string names = string.Join(';', Headers.Keys);
        string canonical = string.Join('\n',
            method, mark < 0 ? target : target[..mark], mark < 0 ? "" : target[(mark + 1)..],
            string.Concat(Headers.Select(header => $"{header.Key}:{header.Value}\n")), names, Headers["x-amz-content-sha256"]);
        _signature = Sign($"AWS4-HMAC-SHA256\n{At}\n{Scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}");
        return await SendUnsignedAsync(server,
            $"AWS4-HMAC-SHA256 Credential={User}/{Scope},SignedHeaders={names},Signature={_signature}");
    }

    /// <summary>Sends with any Authorization, or none.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SendUnsignedAsync(S3Server server, string? authorization)
    {
        Headers["host"] = server.Url.Authority;
        byte[] body = SignedBody?.Invoke(this) ?? Body;
        StringBuilder head = new($"{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        if (authorization is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Authorization: {authorization}\r\n");
        }

        if (HasLength)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        foreach ((string name, string value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        using TcpClient client = new();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        await client.ConnectAsync(IPAddress.Loopback, server.Url.Port, deadline.Token);
        await client.GetStream().WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body], deadline.Token);
        using StreamReader reader = new(client.GetStream());
        string text = await reader.ReadToEndAsync(deadline.Token);
        return ((HttpStatusCode)int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture), text);
    }

    /// <summary>A chunk of a streaming signature; <paramref name="previous"/> is replaced by this chunk's.</summary>
    public byte[] Chunk(byte[] data, ref string? previous)
    {
        previous = Sign($"AWS4-HMAC-SHA256-PAYLOAD\n{At}\n{Scope}\n{previous ?? _signature}\n{Hash([])}\n{Hash(data)}");
        return [.. Encoding.ASCII.GetBytes($"{data.Length:x};chunk-signature={previous}\r\n"), .. data, .. "\r\n"u8];
    }

    private static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private string Sign(string text)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + Password);
        foreach (string part in Scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
