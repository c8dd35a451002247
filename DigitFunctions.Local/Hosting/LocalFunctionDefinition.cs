using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Local.Hosting;

/// <summary>A function as it is told about itself.</summary>
internal sealed class LocalFunctionDefinition(FunctionMethod function) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. function.Method.GetParameters().Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

    public override string PathToAssembly => function.Method.Module.FullyQualifiedName;

    public override string EntryPoint => $"{function.Method.DeclaringType?.FullName}.{function.Method.Name}";

    public override string Id => function.Name;

    public override string Name => function.Name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = ImmutableDictionary<string, BindingMetadata>.Empty.Add(
        function.Trigger.Name!,
        new LocalBindingMetadata(function.Trigger.Name!, function.Http is null ? "kafkaTrigger" : "httpTrigger", BindingDirection.In));

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = function.Http is null
        ? ImmutableDictionary<string, BindingMetadata>.Empty
        : ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new LocalBindingMetadata("$return", "http", BindingDirection.Out));

    private sealed class LocalBindingMetadata(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
