namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>The door to a Functions worker application.</summary>
public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
