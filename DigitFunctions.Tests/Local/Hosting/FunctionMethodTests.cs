using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class FunctionMethodTests
{
    [Fact]
    public void A_function_is_found_with_its_trigger_and_its_route_is_its_name_where_it_has_none()
    {
        FunctionMethod kafka = Find(nameof(KafkaProbe));
        FunctionMethod http = Find(nameof(HttpProbe.NoAnswer));

        Assert.Equal(("records", "%ProbeTopic%", null), (kafka.Trigger.Name, kafka.Kafka?.Topic, kafka.Http));
        Assert.Equal(("request", "NoAnswer", null), (http.Trigger.Name, http.Route, http.Kafka));
    }

    [Theory]
    [InlineData(nameof(Unusable.WithoutTrigger), "has neither a Kafka nor an HTTP trigger, and the local host runs no others")]
    [InlineData(nameof(Unusable.WithTwoTriggers), "has more than one trigger")]
    [InlineData(nameof(Unusable.WithText), "takes its trigger as String; the local host can give it KafkaRecord")]
    [InlineData(nameof(Unusable.WithOneRecordOfABatch), "takes its trigger as KafkaRecord; the local host can give it KafkaRecord[]")]
    [InlineData(nameof(Unusable.WithResult), "returns Task`1; the local host can take Task")]
    [InlineData(nameof(Unusable.WithStranger), "has the parameter String other, which is neither the trigger's value, a FunctionContext, a CancellationToken nor a string named in the route")]
    public void A_function_that_the_local_host_cannot_run_is_named_with_the_reason(string name, string reason)
    {
        InvalidOperationException fault = Assert.Throws<InvalidOperationException>(() => Find(name));

        Assert.Equal($"The function {name} ({typeof(Unusable).FullName}.{name}) {reason}.", fault.Message);
    }

    private static FunctionMethod Find(string name) => FunctionMethod.FindAll(typeof(FunctionMethodTests).Assembly, function => function == name).Single();

    private static class Unusable
    {
        [Function(nameof(WithoutTrigger))]
        public static Task WithoutTrigger(KafkaRecord[] records) => Task.CompletedTask;

        [Function(nameof(WithTwoTriggers))]
        public static Task WithTwoTriggers([KafkaTrigger("b", "t")] KafkaRecord record, [HttpTrigger] HttpRequestData request) => Task.CompletedTask;

        [Function(nameof(WithText))]
        public static Task WithText([KafkaTrigger("b", "t")] string record) => Task.CompletedTask;

        [Function(nameof(WithOneRecordOfABatch))]
        public static Task WithOneRecordOfABatch([KafkaTrigger("b", "t", IsBatched = true)] KafkaRecord record) => Task.CompletedTask;

        [Function(nameof(WithResult))]
        public static Task<string> WithResult([KafkaTrigger("b", "t")] KafkaRecord record) => Task.FromResult("");

        [Function(nameof(WithStranger))]
        public static Task WithStranger([HttpTrigger(Route = "x/{name}")] HttpRequestData request, string name, string other) => Task.CompletedTask;
    }
}
