using System.Net;
using System.Net.Http.Headers;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class HttpDoorTests : IAsyncLifetime, IDisposable
{
    private readonly FunctionsHost _host = HostUnderTest.Create(HttpProbe.Names, [], drainTimeout: TimeSpan.FromMilliseconds(1));
    private readonly HttpClient _client = new();

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _client.BaseAddress = new Uri(_host.HttpUrl);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_request_and_its_answer_go_through_whole()
    {
        byte[] body = [0, 1, 2, 0xFF];
        using HttpRequestMessage request = new(HttpMethod.Put, "/api/echo/a%20b%2Bc?q=%C3%A9+1") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        request.Headers.Add("Cookie", "k=v");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/cloudevents+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal("a b+c", response.Headers.GetValues("X-Name").Single());
        Assert.Equal("PUT", response.Headers.GetValues("X-Method").Single());
        Assert.Equal($"{_host.HttpUrl}/api/echo/a%20b+c?q=%C3%A9+1", response.Headers.GetValues("X-Url").Single());
        Assert.Equal(Uri.EscapeDataString("é 1"), response.Headers.GetValues("X-Query").Single());
        Assert.Equal(["one", "two"], response.Headers.GetValues("X-Many").SelectMany(value => value.Split(", ")));
        Assert.Equal("k:v", response.Headers.GetValues("X-Cookie").Single());
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", response.Headers.GetValues("X-Trace").Single());
        Assert.True(Guid.TryParse(response.Headers.GetValues("X-Invocation").Single(), out _));
        Assert.Equal("seen=yes", response.Headers.GetValues("Set-Cookie").Single());
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
    [InlineData("POST", "/api/KafkaProbe", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/NoAnswer", HttpStatusCode.NoContent)]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    public async Task A_request_is_answered_by_route_and_method(string method, string path, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await _client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_function_that_throws_answers_500_and_tells_nothing()
    {
        using HttpResponseMessage response = await _client.GetAsync("/api/HttpThrow");

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
        Task<HttpResponseMessage> answer = _client.GetAsync("/api/WaitForCutOff");
        await HttpProbe.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await _host.StopAsync();

        using HttpResponseMessage response = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        int port = new Uri(_host.HttpUrl).Port;
        await using FunctionsHost second = HostUnderTest.Create(HttpProbe.Names, [], httpPort: port);

        IOException fault = await Assert.ThrowsAsync<IOException>(() => second.StartAsync());

        Assert.Equal($"The port {port} on 127.0.0.1 is taken. Choose another one for the HTTP functions.", fault.Message);
    }
}
