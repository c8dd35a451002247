using System.Reflection;
using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Functions;

/// <summary>Calls an HTTP function as the host does: with a request of the worker's type, and reads its answer.</summary>
internal sealed record HttpCall(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public JsonElement Json => JsonElement.Parse(Bytes);

    /// <summary>The statuses in the answer's outcomes.</summary>
    public IEnumerable<string> Statuses => Json.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("status").GetString()!);

    /// <summary>Posts an event.</summary>
    public static Task<HttpCall> PostAsync<TFunction>(IServiceProvider services, EventMessage message, params object[] arguments) =>
        SendAsync<TFunction>(services, "POST", message.Body.GetValueOrDefault(), [.. message.Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)))], arguments);

    /// <summary>Sends a request without a body.</summary>
    public static Task<HttpCall> SendAsync<TFunction>(IServiceProvider services, string method, (string Name, string Value)[] headers, params object[] arguments) =>
        SendAsync<TFunction>(services, method, default, headers, arguments);

    /// <summary>Sends a request to an address.</summary>
    public static Task<HttpCall> SendAsync<TFunction>(
        IServiceProvider services, string method, string address, string body, (string Name, string Value)[] headers, params object?[] arguments) =>
        SendAsync<TFunction>(services, method, Encoding.UTF8.GetBytes(body), headers, arguments, address);

    private static async Task<HttpCall> SendAsync<TFunction>(
        IServiceProvider services, string method, ReadOnlyMemory<byte> body, (string Name, string Value)[] headers, object?[] arguments, string address = "http://127.0.0.1/")
    {
        MethodInfo function = typeof(TFunction).GetMethods().Single(found => found.GetCustomAttribute<FunctionAttribute>() is not null);
        FakeRequest request = new(new FakeFunctionContext(services), method, headers, body.ToArray(), address);
        object instance = ActivatorUtilities.CreateInstance<TFunction>(services)!;
        var answer = (Task<HttpResponseData>)function.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, [request, .. arguments, CancellationToken.None], null)!;
        HttpResponseData response = await answer;
        return new HttpCall(
            (int)response.StatusCode,
            response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            ((MemoryStream)response.Body).ToArray());
    }
}
