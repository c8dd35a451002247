namespace DigitFunctions.Tests.Storage;

/// <summary>A test that needs Ceph's gateway; where that cannot run, the test is skipped with the reason.</summary>
internal sealed class GatewayFactAttribute : FactAttribute
{
    public GatewayFactAttribute() => Skip = CephGateway.WhyNot;
}
