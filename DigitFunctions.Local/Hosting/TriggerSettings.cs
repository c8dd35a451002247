using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Resolves what trigger attributes say, as the Kafka extension does: <c>%Setting%</c> is replaced, and a result that is itself the name of a setting gives that setting's value.
/// What cannot be resolved is gathered, so that one message can name it all.
/// </summary>
internal sealed partial class TriggerSettings(IConfiguration settings)
{
    private const string WhereToSet = "Set it in local.settings.json or as an environment variable.";

    private readonly List<string> _faults = [];

    /// <summary>Resolves one property of a trigger attribute.</summary>
    /// <param name="function">The function it belongs to, for the message.</param>
    /// <param name="property">The attribute's property, for the message.</param>
    /// <param name="value">What the attribute says; may be null or empty.</param>
    /// <returns>The value; null where the attribute says nothing.</returns>
    public string? Resolve(string function, string property, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        string resolved = NameInPercents().Replace(value, match =>
        {
            string name = match.Groups[1].Value;
            if (Find(name) is { } found)
            {
                return found;
            }

            _faults.Add($"The setting {name} is missing: {property} of the function {function} is {value}. {WhereToSet}");
            return match.Value;
        });
        return Find(resolved) ?? resolved;
    }

    /// <summary>Resolves a property that the trigger cannot do without.</summary>
    public string Require(string function, string property, string? value)
    {
        if (Resolve(function, property, value) is { } resolved)
        {
            return resolved;
        }

        _faults.Add($"{property} of the function {function} is empty.");
        return "";
    }

    /// <summary>Resolves the brokers: a list <c>host:port[,host:port]</c>, or the name of the setting that holds one.</summary>
    public string RequireBrokers(string function, string? value)
    {
        string brokers = Require(function, "BrokerList", value);

        // The extension would take a name that is no setting for a host; a bare word is far more likely a setting that was forgotten.
        if (brokers.Length > 0 && brokers.IndexOfAny([':', '.', '%']) < 0)
        {
            _faults.Add($"The setting {brokers} is missing: it names the Kafka brokers of the function {function}, as host:port[,host:port]. {WhereToSet}");
        }

        return brokers;
    }

    /// <summary>Notes something else that makes a trigger unusable.</summary>
    public void Refuse(string fault) => _faults.Add(fault);

    /// <summary>Ends the reading of settings.</summary>
    /// <exception cref="InvalidOperationException">Something could not be resolved; the message names all of it, a line each.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, _faults));
        }
    }

    private string? Find(string name) =>
        (settings.GetConnectionString(name) ?? settings[name.Replace("__", ":", StringComparison.Ordinal)]) is { Length: > 0 } value ? value : null;

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex NameInPercents();
}
