using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"local.settings-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Values_become_settings_and_what_is_added_after_them_wins()
    {
        File.WriteAllText(_path, """{ "IsEncrypted": false, "Values": { "S3__Region": "eu-west-1", "KafkaTopic": "mnist", "Processing__MaxConcurrency": 4 } }""");

        IConfiguration settings = new ConfigurationBuilder().AddLocalSettings(_path).AddInMemoryCollection([new("KafkaTopic", "other")]).Build();

        Assert.Equal(("eu-west-1", "other", "4"), (settings["S3:Region"], settings["KafkaTopic"], settings["Processing:MaxConcurrency"]));
    }

    [Fact]
    public void Without_a_file_there_are_no_values() => Assert.Empty(LocalSettings.Read(_path));

    [Theory]
    [InlineData("[]", "{0} must be a JSON object with \"Values\".")]
    [InlineData("""{ "Values": [] }""", "{0}: \"Values\" must be an object of strings.")]
    [InlineData("""{ "Values": { "S3": { "Region": "x" } } }""", "{0}: \"Values\" must hold strings, and S3 is none. Nested settings are written with __, as in S3__Region.")]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", "{0} is encrypted. Decrypt it with: func settings decrypt")]
    public void A_file_of_another_shape_is_refused(string json, string expected)
    {
        File.WriteAllText(_path, json);

        Assert.Equal(expected.Replace("{0}", _path, StringComparison.Ordinal), Assert.Throws<InvalidDataException>(() => LocalSettings.Read(_path)).Message);
    }
}
