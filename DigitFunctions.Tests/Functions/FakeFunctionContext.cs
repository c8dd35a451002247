using System.Net;
using System.Security.Claims;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Tests.Functions;

/// <summary>An invocation for functions that are called in this process: only its services are there.</summary>
internal sealed class FakeFunctionContext(IServiceProvider services) : FunctionContext
{
    public override string InvocationId => "1";

    public override string FunctionId => "1";

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => throw new NotSupportedException();

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => throw new NotSupportedException();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => throw new NotSupportedException();
}

/// <summary>A request for such a function.</summary>
internal sealed class FakeRequest(FunctionContext context, string method, (string Name, string Value)[] headers, byte[] body, string address = "http://127.0.0.1/") : HttpRequestData(context)
{
    public override Stream Body { get; } = new MemoryStream(body);

    public override HttpHeadersCollection Headers { get; } =
        new(headers.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase).Select(group => KeyValuePair.Create(group.Key, group.Select(header => header.Value))));

    public override IReadOnlyCollection<IHttpCookie> Cookies => [];

    public override Uri Url { get; } = new(address);

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => method;

    public override HttpResponseData CreateResponse() => new FakeResponse(FunctionContext);

    private sealed class FakeResponse(FunctionContext context) : HttpResponseData(context)
    {
        public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

        public override HttpHeadersCollection Headers { get; set; } = [];

        public override Stream Body { get; set; } = new MemoryStream();

        public override HttpCookies Cookies => throw new NotSupportedException();
    }
}
