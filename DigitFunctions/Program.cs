using DigitFunctions;
using DigitFunctions.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddDigitCore().AddKafkaConnection();
builder.Build().Run();
