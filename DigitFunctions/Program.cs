using DigitFunctions;
using DigitFunctions.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddDigitCore().AddKafkaConnection().AddResultEvents(builder.Configuration).AddKafkaWatch(builder.Configuration).AddTelemetryExport(builder.Configuration);
try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
    return 1;
}
