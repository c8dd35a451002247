using System.Diagnostics;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Hosting;

/// <summary>Calls functions: each invocation has its own id, service scope and instance of the function's class.</summary>
internal sealed class FunctionInvoker(IServiceProvider services, ILogger logger)
{
    /// <summary>Calls a function once.</summary>
    /// <param name="function">The function.</param>
    /// <param name="trace">The trace that the invocation belongs to.</param>
    /// <param name="bindingData">Values that string parameters are bound to, by name.</param>
    /// <param name="triggerValue">Makes the trigger's value for the invocation.</param>
    /// <param name="cancellationToken">Cut-off of the invocation; the function sees it.</param>
    /// <returns>The response of an HTTP function; null where it gave none.</returns>
    /// <exception cref="Exception">Whatever the function threw; it is logged already.</exception>
    public async Task<HttpResponseData?> InvokeAsync(
        FunctionMethod function,
        LocalTraceContext trace,
        IReadOnlyDictionary<string, object?> bindingData,
        Func<FunctionContext, object> triggerValue,
        CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        LocalFunctionContext context = new(function, trace, bindingData, scope.ServiceProvider, cancellationToken);
        logger.Executing(function.Name, context.InvocationId);
        long start = Stopwatch.GetTimestamp();
        try
        {
            object? instance = function.Method.IsStatic ? null : ActivatorUtilities.CreateInstance(scope.ServiceProvider, function.Method.DeclaringType!);
            object?[] arguments = [.. function.Method.GetParameters().Select(parameter => Argument(parameter, function, context, triggerValue))];
            Task task = (Task)function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;
            await task;
            double elapsedMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            logger.Executed(function.Name, context.InvocationId, elapsedMs);
            return (task as Task<HttpResponseData>)?.Result;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.InvocationFailed(e, function.Name, context.InvocationId);
            throw;
        }
    }

    private static object? Argument(ParameterInfo parameter, FunctionMethod function, LocalFunctionContext context, Func<FunctionContext, object> triggerValue)
    {
        if (parameter == function.Trigger)
        {
            return triggerValue(context);
        }

        return parameter.ParameterType == typeof(FunctionContext) ? context
            : parameter.ParameterType == typeof(CancellationToken) ? context.CancellationToken
            : context.BindingContext.BindingData.GetValueOrDefault(parameter.Name!) as string;
    }
}
