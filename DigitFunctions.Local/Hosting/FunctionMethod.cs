using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Local.Hosting;

/// <summary>A method marked with <c>[Function]</c>, with its trigger: <see cref="Kafka"/> or <see cref="Http"/>, one of which is not null.</summary>
internal sealed class FunctionMethod
{
    private FunctionMethod(string name, MethodInfo method)
    {
        Name = name;
        Method = method;
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            KafkaTriggerAttribute? kafka = parameter.GetCustomAttribute<KafkaTriggerAttribute>();
            HttpTriggerAttribute? http = parameter.GetCustomAttribute<HttpTriggerAttribute>();
            if (kafka is null && http is null)
            {
                continue;
            }

            if (Trigger is not null)
            {
                throw Unusable("has more than one trigger");
            }

            (Trigger, Kafka, Http) = (parameter, kafka, http);
        }

        if (Trigger is null)
        {
            throw Unusable("has neither a Kafka nor an HTTP trigger, and the local host runs no others");
        }

        CheckTriggerType();
        CheckReturnType();
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            CheckParameter(parameter);
        }
    }

    /// <summary>The name given in <c>[Function]</c>.</summary>
    public string Name { get; }

    public MethodInfo Method { get; }

    /// <summary>The parameter that takes the trigger's value.</summary>
    public ParameterInfo Trigger { get; } = null!;

    public KafkaTriggerAttribute? Kafka { get; }

    public HttpTriggerAttribute? Http { get; }

    /// <summary>The HTTP route without the prefix; empty for a Kafka function.</summary>
    public string Route => Http is null ? "" : (Http.Route ?? Name).Trim('/');

    /// <summary>Finds the functions of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="runs">Says by name which functions are wanted; the others are not looked at.</param>
    /// <exception cref="InvalidOperationException">There is no function, two bear one name, or one cannot be run by the local host.</exception>
    public static IReadOnlyList<FunctionMethod> FindAll(Assembly assembly, Func<string, bool> runs)
    {
        List<FunctionMethod> functions = [];
        foreach (MethodInfo method in assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>()?.Name is { } name && runs(name))
            {
                functions.Add(new FunctionMethod(name, method));
            }
        }

        if (functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            throw new InvalidOperationException($"{assembly.GetName().Name} has more than one function named {twins.Key}.");
        }

        return functions.Count > 0 ? functions : throw new InvalidOperationException($"{assembly.GetName().Name} has no function to run: no public method marked [Function], or none that host.json and the settings leave switched on.");
    }

    private void CheckTriggerType()
    {
        Type expected = Http is not null ? typeof(HttpRequestData) : Kafka!.IsBatched ? typeof(KafkaRecord[]) : typeof(KafkaRecord);
        if (Trigger.ParameterType != expected)
        {
            throw Unusable($"takes its trigger as {Trigger.ParameterType.Name}; the local host can give it {expected.Name}");
        }
    }

    private void CheckReturnType()
    {
        Type type = Method.ReturnType;
        if (type != typeof(Task) && !(Http is not null && type == typeof(Task<HttpResponseData>)))
        {
            throw Unusable($"returns {type.Name}; the local host can take {(Http is null ? "Task" : "Task or Task<HttpResponseData>")}");
        }
    }

    private void CheckParameter(ParameterInfo parameter)
    {
        bool known = parameter == Trigger
            || parameter.ParameterType == typeof(FunctionContext)
            || parameter.ParameterType == typeof(CancellationToken)
            || (parameter.ParameterType == typeof(string) && Http is not null && RoutePatternFactory.Parse(Route).GetParameter(parameter.Name!) is not null);
        if (!known)
        {
            throw Unusable($"has the parameter {parameter.ParameterType.Name} {parameter.Name}, which is neither the trigger's value, a FunctionContext, a CancellationToken nor a string named in the route");
        }
    }

    private InvalidOperationException Unusable(string what) => new($"The function {Name} ({Method.DeclaringType?.FullName}.{Method.Name}) {what}.");
}
