using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>What a verified request leaves for its body: how the body is hashed, and what signs its chunks.</summary>
/// <param name="PayloadHash">The body's SHA-256 in hexadecimal, <c>UNSIGNED-PAYLOAD</c>, or a kind of <c>STREAMING-…</c>.</param>
/// <param name="Key">The signing key of the day, region and service.</param>
/// <param name="Time">The request's time as it was signed.</param>
/// <param name="Scope">The credential's scope.</param>
/// <param name="Signature">The request's signature: the seed of the chunks' signatures.</param>
internal sealed record S3Signed(string PayloadHash, byte[] Key, string Time, string Scope, string Signature);

/// <summary>Verifies AWS Signature Version 4, in the header or in the query, against one user. Any region is accepted.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html</remarks>
internal sealed class S3Signature(string user, string password, TimeProvider timeProvider)
{
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    public const string Unsigned = "UNSIGNED-PAYLOAD";
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>Verifies a request.</summary>
    /// <exception cref="S3Exception">The request is anonymous, malformed, out of time, of an unknown user, or wrongly signed.</exception>
    public S3Signed Verify(HttpRequest request, S3Target target)
    {
        bool presigned = target["X-Amz-Signature"] is not null;
        Claim claim = presigned ? FromQuery(target) : FromHeader(request.Headers);
        string[] scope = claim.Credential.Split('/');
        if (scope.Length < 5 || scope[^1] != "aws4_request" || scope[^2] != "s3")
        {
            throw Malformed("The credential has to be ACCESSKEY/yyyyMMdd/REGION/s3/aws4_request.");
        }

        if (string.Join('/', scope[..^4]) != user)
        {
            throw new S3Exception(403, "InvalidAccessKeyId", "The access key is not known here.");
        }

        CheckTime(claim, scope[^4]);
        if (!claim.SignedHeaders.Split(';').Contains("host"))
        {
            throw Malformed("The header host has to be signed.");
        }

        string scopeText = string.Join('/', scope[^4..]);
        byte[] key = SigningKey(scope[^4], scope[^3]);
        string canonical = CanonicalRequest(request, target, claim, presigned);
        string toSign = $"{Algorithm}\n{claim.Time}\n{scopeText}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        if (!IsSignature(key, toSign, claim.Signature))
        {
            throw WrongSignature();
        }

        return new S3Signed(claim.PayloadHash, key, claim.Time, scopeText, claim.Signature);
    }

    /// <summary>Whether a signature is the text's, compared in constant time.</summary>
    public static bool IsSignature(byte[] key, string toSign, string signature) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))), Encoding.UTF8.GetBytes(signature));

    public static S3Exception WrongSignature() => new(403, "SignatureDoesNotMatch",
        "The signature is not the one that this server computes: check the secret key, and that nothing changes the request on its way.");

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static Claim FromHeader(IHeaderDictionary headers)
    {
        string authorization = headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            throw new S3Exception(403, "AccessDenied", "Anonymous requests are refused: sign the request.");
        }

        if (!authorization.StartsWith(Algorithm, StringComparison.Ordinal))
        {
            throw S3Exception.InvalidRequest($"The authorization mechanism is not supported: sign with {Algorithm}.");
        }

        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (string part in authorization[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parts[part[..equals]] = part[(equals + 1)..];
            }
        }

        string hash = headers["x-amz-content-sha256"].ToString();
        return hash.Length == 0
            ? throw S3Exception.InvalidRequest("The header x-amz-content-sha256 is missing.")
            : new Claim(
                parts.GetValueOrDefault("Credential") ?? throw Malformed("Credential is missing."),
                parts.GetValueOrDefault("SignedHeaders") ?? throw Malformed("SignedHeaders is missing."),
                parts.GetValueOrDefault("Signature") ?? throw Malformed("Signature is missing."),
                headers["x-amz-date"].ToString(), Lifetime: null, hash);
    }

    private static Claim FromQuery(S3Target target)
    {
        string Need(string name) => target[name]
            ?? throw new S3Exception(400, "AuthorizationQueryParametersError", $"The query parameter {name} is missing.");
        if (Need("X-Amz-Algorithm") != Algorithm || !int.TryParse(Need("X-Amz-Expires"), NumberStyles.None, null, out int seconds) || seconds > 604800)
        {
            throw new S3Exception(400, "AuthorizationQueryParametersError",
                $"X-Amz-Algorithm has to be {Algorithm}, X-Amz-Expires 0 to 604800 seconds.");
        }

        return new Claim(Need("X-Amz-Credential"), Need("X-Amz-SignedHeaders"), Need("X-Amz-Signature"), Need("X-Amz-Date"),
            TimeSpan.FromSeconds(seconds), target["X-Amz-Content-Sha256"] ?? Unsigned);
    }

    private void CheckTime(Claim claim, string day)
    {
        if (!DateTimeOffset.TryParseExact(claim.Time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || !claim.Time.StartsWith(day, StringComparison.Ordinal))
        {
            throw Malformed("x-amz-date has to be yyyyMMddTHHmmssZ, of the credential's day.");
        }

        DateTimeOffset now = timeProvider.GetUtcNow();
        if (time - now > MostSkew || (claim.Lifetime is null && now - time > MostSkew))
        {
            throw new S3Exception(403, "RequestTimeTooSkewed", $"The request is of {claim.Time}; this server's time is {now:yyyyMMdd'T'HHmmss'Z'}.");
        }

        if (claim.Lifetime is TimeSpan lifetime && now > time + lifetime)
        {
            throw new S3Exception(403, "AccessDenied", "The request has expired.");
        }
    }

    private static string CanonicalRequest(HttpRequest request, S3Target target, Claim claim, bool presigned)
    {
        StringBuilder canonical = new();
        canonical.Append(request.Method).Append('\n').Append(S3Target.Encode(target.Path, keepSlash: true)).Append('\n');
        IEnumerable<(string Name, string Value)> query = target.Query
            .Where(pair => !presigned || pair.Key != "X-Amz-Signature")
            .Select(pair => (S3Target.Encode(pair.Key, keepSlash: false), S3Target.Encode(pair.Value, keepSlash: false)))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal).ThenBy(pair => pair.Item2, StringComparer.Ordinal);
        canonical.AppendJoin('&', query.Select(pair => $"{pair.Name}={pair.Value}")).Append('\n');
        foreach (string name in claim.SignedHeaders.Split(';'))
        {
            IEnumerable<string> values = request.Headers[name].Select(value => Trim(value ?? ""));
            canonical.Append(name).Append(':').AppendJoin(',', values).Append('\n');
        }

        return canonical.Append('\n').Append(claim.SignedHeaders).Append('\n').Append(claim.PayloadHash).ToString();
    }

    private static string Trim(string value) =>
        value.Contains("  ", StringComparison.Ordinal)
            ? string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : value.Trim(' ');

    private byte[] SigningKey(string day, string region)
    {
        string name = $"{day}/{region}";
        if (_keys.TryGetValue(name, out byte[]? known))
        {
            return known;
        }

        byte[] key = Encoding.UTF8.GetBytes("AWS4" + password);
        foreach (string part in (string[])[day, region, "s3", "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        // Requests that are not verified yet choose the name, so the cache must not grow with them.
        if (_keys.Count > 100)
        {
            _keys.Clear();
        }

        return _keys[name] = key;
    }

    private static S3Exception Malformed(string message) => new(400, "AuthorizationHeaderMalformed", message);

    private sealed record Claim(string Credential, string SignedHeaders, string Signature, string Time, TimeSpan? Lifetime, string PayloadHash);
}
