using System.Globalization;
using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3SignatureTests : IAsyncLifetime
{
    private const string Streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private S3Server _server = null!;

    public async Task InitializeAsync() => _server = await S3Clients.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("minio", "wrong", "SignatureDoesNotMatch")]
    [InlineData("nobody", "minio123", "InvalidAccessKeyId")]
    public async Task Another_user_is_refused(string user, string password, string code)
    {
        using AmazonS3Client s3 = _server.Client(user: user, password: password);
        AmazonS3Exception refusal = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListBucketsAsync());
        Assert.Equal((code, HttpStatusCode.Forbidden), (refusal.ErrorCode, refusal.StatusCode));
    }

    [Fact]
    public async Task Nobody_is_refused()
    {
        using AmazonS3Client s3 = new(new AnonymousAWSCredentials(), new AmazonS3Config { ServiceURL = _server.Url.ToString(), ForcePathStyle = true, MaxErrorRetry = 0 });
        AmazonS3Exception refusal = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" }));
        Assert.Equal("AccessDenied", refusal.ErrorCode);
    }

    [Fact]
    public async Task A_presigned_URL_works_until_it_expires_and_for_nothing_else()
    {
        ShiftedTime time = new();
        await using S3Server server = await S3Clients.StartAsync(new S3ServerOptions { TimeProvider = time });
        using AmazonS3Client s3 = server.Client();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "a b/0+é.png", ContentBody = "zero" });
        string url = await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = "mnist",
            Key = "a b/0+é.png",
            Expires = DateTime.UtcNow.AddMinutes(30),
            Protocol = Protocol.HTTP,
        });
        using HttpClient http = new();
        Assert.Equal("zero", await http.GetStringAsync(new Uri(url)));
        using HttpResponseMessage deletion = await http.DeleteAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.Forbidden, deletion.StatusCode);
        time.Shift = TimeSpan.FromHours(1);
        using HttpResponseMessage late = await http.GetAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Contains("expired", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/mnist/%ff.png", "InvalidURI")]
    [InlineData("GET", "/mnist/%4.png", "InvalidURI")]
    [InlineData("PUT", "/mnist/../etc/passwd", "XMinioInvalidObjectName")]
    [InlineData("PUT", "/mnist/a/%2E%2e/b", "XMinioInvalidObjectName")]
    [InlineData("PUT", "/mnist/./b", "XMinioInvalidObjectName")]
    [InlineData("GET", "/mnist?list-type=2&max-keys=-1", "InvalidArgument")]
    [InlineData("GET", "/mnist?continuation-token=%2A&list-type=2", "InvalidArgument")]
    [InlineData("GET", "/mnist?policy=", "NoSuchBucketPolicy")]
    [InlineData("PUT", "/mnist?policy=", "NotImplemented")]
    [InlineData("PATCH", "/mnist/0.png", "MethodNotAllowed")]
    [InlineData("DELETE", "/", "MethodNotAllowed")]
    public async Task A_request_that_cannot_be_is_refused_with_its_code(string method, string target, string code)
    {
        (HttpStatusCode status, string text) = await new S3Raw(method, target).SendAsync(_server);
        Assert.Contains($"<Code>{code}</Code>", text, StringComparison.Ordinal);
        Assert.InRange((int)status, 400, 501);
    }

    [Fact]
    public async Task A_key_of_more_than_1024_bytes_is_refused()
    {
        (_, string text) = await new S3Raw("PUT", "/mnist/" + new string('k', 1025)).SendAsync(_server);
        Assert.Contains("<Code>KeyTooLongError</Code>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_beyond_all_measure_are_refused_and_the_server_lives()
    {
        S3Raw request = new("GET", "/mnist/0.png");
        request.Headers["x-amz-meta-huge"] = new string('x', 40_000);
        (HttpStatusCode status, _) = await request.SendAsync(_server);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, status);
        Assert.Equal(HttpStatusCode.OK, (await new S3Raw("GET", "/").SendAsync(_server)).Status);
    }

    [Fact]
    public async Task An_upload_without_a_length_is_refused()
    {
        (HttpStatusCode status, _) = await new S3Raw("PUT", "/mnist/0.png") { HasLength = false }.SendAsync(_server);
        Assert.Equal(HttpStatusCode.LengthRequired, status);
    }

    [Fact]
    public async Task A_body_that_is_not_the_one_signed_is_refused()
    {
        S3Raw request = new("PUT", "/mnist/0.png") { Body = "0"u8.ToArray(), SignedBody = _ => "1"u8.ToArray() };
        (HttpStatusCode status, string text) = await request.SendAsync(_server);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("<Code>XAmzContentSHA256Mismatch</Code>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_larger_than_the_limit_is_refused_before_it_is_read()
    {
        await using S3Server server = await S3Clients.StartAsync(new S3ServerOptions { MaxObjectBytes = 10 });
        (HttpStatusCode status, string text) = await new S3Raw("PUT", "/mnist/0.png") { Body = new byte[11] }.SendAsync(server);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("<Code>EntityTooLarge</Code>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_of_yesterday_is_refused()
    {
        string yesterday = DateTime.UtcNow.AddDays(-1).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        (HttpStatusCode status, string text) = await new S3Raw("GET", "/") { Time = yesterday }.SendAsync(_server);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("<Code>RequestTimeTooSkewed</Code>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS minio:c2lnbmF0dXJl", "InvalidRequest")]
    [InlineData("AWS4-HMAC-SHA256 nonsense", "AuthorizationHeaderMalformed")]
    [InlineData("AWS4-HMAC-SHA256 Credential=minio,SignedHeaders=host,Signature=0", "AuthorizationHeaderMalformed")]
    [InlineData("AWS4-HMAC-SHA256 Credential=minio/20260101/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=0", "AuthorizationHeaderMalformed")]
    public async Task A_malformed_authorization_is_refused(string authorization, string code)
    {
        S3Raw request = new("GET", "/") { };
        request.Headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
        (_, string text) = await request.SendUnsignedAsync(_server, authorization);
        Assert.Contains($"<Code>{code}</Code>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("right", 10, null)]
    [InlineData("right", 9, "InvalidRequest")]
    [InlineData("right", 11, "IncompleteBody")]
    [InlineData("changed", 10, "SignatureDoesNotMatch")]
    [InlineData("cut", 10, "IncompleteBody")]
    [InlineData("no size", 10, "InvalidRequest")]
    [InlineData("endless line", 10, "InvalidRequest")]
    public async Task Chunks_are_decoded_and_their_signatures_verified(string kind, int announced, string? code)
    {
        S3Raw request = new("PUT", "/mnist/0.png")
        {
            PayloadHash = Streaming,
            SignedBody = signed =>
            {
                string? previous = null;
                byte[] first = signed.Chunk("01234567"u8.ToArray(), ref previous);
                byte[] second = signed.Chunk("89"u8.ToArray(), ref previous);
                byte[] last = signed.Chunk([], ref previous);
                return kind switch
                {
                    "changed" => [.. first, .. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(second).Replace("89", "98", StringComparison.Ordinal)), .. last],
                    "cut" => first[..^5],
                    "no size" => [.. "ten;chunk-signature=0\r\n"u8, .. last],
                    "endless line" => [.. "1"u8, .. new byte[10_000]],
                    _ => [.. first, .. second, .. last],
                };
            },
        };
        request.Headers["x-amz-decoded-content-length"] = announced.ToString(CultureInfo.InvariantCulture);
        (HttpStatusCode status, string text) = await request.SendAsync(_server);

        Assert.Equal(code is null, status == HttpStatusCode.OK);
        Assert.Contains(code is null ? "\"781e5e245d69b566979b86e28d23f2c7\"" : $"<Code>{code}</Code>", text, StringComparison.Ordinal);
        Assert.Equal(code is null ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await new S3Raw("GET", "/mnist/0.png").SendAsync(_server)).Status);
    }

    [Fact]
    public async Task XML_with_entities_or_no_end_is_refused()
    {
        foreach (string body in (string[])["<!DOCTYPE d [<!ENTITY a \"b\">]><Delete><Object><Key>&a;</Key></Object></Delete>", "<Delete>", "", "<Other/>"])
        {
            (HttpStatusCode status, string text) = await new S3Raw("POST", "/mnist?delete=") { Body = Encoding.UTF8.GetBytes(body) }.SendAsync(_server);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("<Code>MalformedXML</Code>", text, StringComparison.Ordinal);
        }
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Shift;
    }
}
