using System.Reflection;
using DigitFunctions.Tests.Storage;
using Xunit.Sdk;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>The S3 servers that the same tests run against.</summary>
public enum StorageKind
{
    /// <summary>Ceph's gateway: a real server, which ignores some conditions.</summary>
    Ceph,

    /// <summary>The local stack's own server, honouring conditions as AWS does.</summary>
    Local,
}

/// <summary>Runs a theory against Ceph's gateway; where that cannot be installed, the test is skipped with the reason.</summary>
internal sealed class OnCephAttribute : DataAttribute
{
    public OnCephAttribute() => Skip = CephGateway.WhyNot;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[StorageKind.Ceph]];
}

/// <summary>Runs a theory against the local stack's own S3 server.</summary>
internal sealed class OnLocalAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[StorageKind.Local]];
}
