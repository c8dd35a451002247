using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class HostedFunctionTests
{
    [Fact]
    public void A_route_is_the_functions_name_where_it_has_none()
    {
        HostedFunction function = Read("""{"name":"request","type":"httpTrigger","direction":"In"}""");

        Assert.Equal(("F", "request", true, false), (function.Route, function.Parameter, function.IsHttp, function.IsKafka));
    }

    [Theory]
    [InlineData("The function F must have one trigger; it has 0.")]
    [InlineData("The function F must have one trigger; it has 2.", """{"name":"a","type":"kafkaTrigger"}""", """{"name":"b","type":"httpTrigger"}""")]
    [InlineData("The function F has a timerTrigger; the local host runs those with a kafkaTrigger or httpTrigger.", """{"name":"a","type":"timerTrigger"}""")]
    [InlineData(
        "The function F does not take KafkaRecord, or its Worker.Extensions.Kafka is older than 4.2.0: the local host sends records in no other form.",
        """{"name":"a","type":"kafkaTrigger"}""")]
    public void A_function_that_the_local_host_cannot_run_is_named_with_the_reason(string reason, params string[] bindings) =>
        Assert.Equal(reason, Assert.Throws<InvalidOperationException>(() => Read(bindings)).Message);

    private static HostedFunction Read(params string[] bindings) => HostedFunction.Read(new RpcFunctionMetadata { Name = "F", RawBindings = { bindings } });
}
