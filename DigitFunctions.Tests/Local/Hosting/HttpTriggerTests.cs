using System.Net;
using System.Net.Http.Headers;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;
using DigitFunctions.Local.Stack;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>The host's HTTP side, with a stand-in for the worker that answers from the message that it got. Against the real worker: EndToEnd.</summary>
public sealed class HttpTriggerTests : IAsyncLifetime, IDisposable
{
    private static readonly HostedFunction[] Functions =
    [
        Function("Echo", "echo/{name}", "post", "put"), Function("PredictEcho", "v1/models/{model}:predict", "post"), Function("Throw", null), Function("NoAnswer", null), Function("Wait", null, "get"),
    ];

    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpTrigger _trigger;
    private readonly HttpClient _client = new();

    public HttpTriggerTests() => _trigger = Create(port: 0);

    public async Task InitializeAsync()
    {
        await _trigger.StartAsync(CancellationToken.None);
        _client.BaseAddress = _trigger.Url;
    }

    public async Task DisposeAsync() => await _trigger.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("localhost:7071", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:7071", HttpStatusCode.OK)]
    [InlineData("example.org", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.example.org", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.1", HttpStatusCode.MisdirectedRequest)]
    public async Task Only_this_machines_own_names_are_answered(string host, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/");
        request.Headers.Host = host;

        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task The_root_leads_to_the_apps_page_where_it_has_one()
    {
        await using HttpTrigger trigger = new(Functions, "api", InvokeAsync, new FunctionsHostOptions { HttpPort = 0, HomePath = "/api/page" }, NullLoggerFactory.Instance);
        await trigger.StartAsync(CancellationToken.None);
        using HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false });

        using HttpResponseMessage response = await client.GetAsync(trigger.Url);

        Assert.Equal((HttpStatusCode.Found, "/api/page"), (response.StatusCode, response.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_request_and_its_answer_go_through_whole()
    {
        byte[] body = [0, 1, 2, 0xFF];
        using HttpRequestMessage request = new(HttpMethod.Put, "/api/echo/a%20b%2Bc?q=%C3%A9+1") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        request.Headers.Add("Cookie", "k=v");
        request.Headers.Add("X-Several", ["one", "two"]);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/cloudevents+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal("a b+c", Header(response, "X-Name"));
        Assert.Equal("PUT", Header(response, "X-Method"));
        Assert.Equal($"{_trigger.Url}api/echo/a%20b+c?q=%C3%A9+1", Header(response, "X-Url"));
        Assert.Equal(Uri.EscapeDataString("é 1"), Header(response, "X-Query"));
        Assert.Equal("one, two", Header(response, "X-Got-Several"));
        Assert.Equal("k=v", Header(response, "X-Cookie"));
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Header(response, "X-Trace"));
        Assert.Equal("seen=yes; secure; samesite=strict", Header(response, "Set-Cookie"));
    }

    [Fact]
    public async Task A_route_parameter_may_be_part_of_a_segment()
    {
        using HttpResponseMessage response = await _client.PostAsync("/api/v1/models/mnist:predict", content: null);

        Assert.Equal("mnist", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/api/echo/x", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/echo", HttpStatusCode.NotFound)]
    [InlineData("POST", "/echo/x", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/NoAnswer", HttpStatusCode.NoContent)]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    public async Task A_request_is_answered_by_route_and_method(string method, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await _client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_function_that_fails_answers_500_and_tells_nothing()
    {
        using HttpResponseMessage response = await _client.GetAsync("/api/Throw");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(1000, HttpStatusCode.Created)]
    [InlineData(1001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_over_the_limit_is_answered_413(int bytes, HttpStatusCode expected)
    {
        using StringContent body = new(new string('x', bytes));

        using HttpResponseMessage response = await _client.PostAsync("/api/echo/x?q=1", body);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_request_that_a_drain_cuts_off_is_answered_503()
    {
        Task<HttpResponseMessage> answer = _client.GetAsync("/api/Wait");
        await _waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await _trigger.StopAsync(CancellationToken.None);

        using HttpResponseMessage response = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        int port = _trigger.Url.Port;
        await using HttpTrigger second = Create(port);

        PortTakenException fault = await Assert.ThrowsAsync<PortTakenException>(() => second.StartAsync(CancellationToken.None));

        Assert.StartsWith($"Port {port} of 127.0.0.1 is taken: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("--http-port", fault.Message, StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static HostedFunction Function(string name, string? route, params string[] methods) => HostedFunction.Read(new RpcFunctionMetadata
    {
        Name = name,
        FunctionId = name,
        RawBindings =
        {
            $$"""{"name":"request","type":"httpTrigger","direction":"In","route":"{{route}}","methods":[{{string.Join(',', methods.Select(method => $"\"{method}\""))}}]}""",
            """{"name":"$return","type":"http","direction":"Out"}""",
        },
    });

    private HttpTrigger Create(int port) => new(
        Functions, "api", InvokeAsync, new FunctionsHostOptions { HttpPort = port, MaxRequestBodyBytes = 1000, DrainTimeout = TimeSpan.FromMilliseconds(1) }, NullLoggerFactory.Instance);

    private async Task<InvocationResponse> InvokeAsync(HostedFunction function, InvocationRequest request, CancellationToken cancellationToken)
    {
        RpcHttp got = request.InputData.Single(input => input.Name == "request").Data.Http;
        switch (function.Name)
        {
            case "Throw":
                throw new InvocationFailedException("secret of " + got.Method);
            case "NoAnswer":
                return new InvocationResponse();
            case "Wait":
                _waiting.TrySetResult();
                await cancellationToken.WhenCancelledAsync();
                throw new OperationCanceledException(cancellationToken);
            case "PredictEcho":
                return Answer(new RpcHttp { StatusCode = "200", Body = new TypedData { Bytes = ByteString.CopyFromUtf8(request.TriggerMetadata["model"].String) } });
            default:
                return Answer(new RpcHttp
                {
                    StatusCode = "201",
                    Body = got.Body,
                    Headers =
                    {
                        ["Content-Type"] = got.NullableHeaders["content-type"].Value,
                        ["X-Name"] = got.NullableParams["name"].Value,
                        ["X-Method"] = got.Method,
                        ["X-Url"] = got.Url,
                        ["X-Query"] = Uri.EscapeDataString(got.NullableQuery.TryGetValue("q", out NullableString? query) ? query.Value : ""),
                        ["X-Got-Several"] = got.NullableHeaders.TryGetValue("x-several", out NullableString? several) ? several.Value : "",
                        ["X-Cookie"] = got.NullableHeaders.TryGetValue("cookie", out NullableString? cookie) ? cookie.Value : "",
                        ["X-Trace"] = request.TraceContext?.TraceParent ?? "",
                    },
                    Cookies = { new RpcHttpCookie { Name = "seen", Value = "yes", Secure = new NullableBool { Value = true }, SameSite = RpcHttpCookie.Types.SameSite.Strict } },
                });
        }
    }

    private static InvocationResponse Answer(RpcHttp http) => new() { ReturnValue = new TypedData { Http = http } };
}
