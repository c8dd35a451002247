using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Deploy;

/// <summary>deploy/Dockerfile and .dockerignore, as far as they can be checked without building the image.</summary>
public sealed class ImageTests
{
    /// <summary>What is changed in the Dockerfile and what must be said of that.</summary>
    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "COPY host.json ./", "COPY hosts.json ./", "there is no hosts.json to copy" },
        { "COPY model/mnist.onnx model/", "COPY model/train.py model/", ".dockerignore keeps model/train.py out" },
        { "HOME=/tmp", "PLACE=/tmp", "PLACE is a setting that nobody reads" },
        { "USER 1654\n", "", "the user must be a number other than 0" },
        { "USER 1654", "USER 0", "the user must be a number other than 0" },
        { "http://+:8080", "http://+:80", "ASPNETCORE_URLS and EXPOSE differ" },
        { "CMD [\"/azure-functions-host", "CMD [\"/opt/startup/start.sh\", \"/azure-functions-host", "the host must be process 1" },
        { "linux-x64/native", "linux-x64/natives", "LD_LIBRARY_PATH is not where librdkafka is" },
        { "DOTNET_GCHeapHardLimitPercent=0x1E", "DOTNET_GCHeapHardLimitPercent=0x30", "two managed heaps of 48 % each leave too little" },
        { "DOTNET_GCHeapHardLimitPercent=0x1E \\\n", "\\\n", "two managed heaps of 75 % each leave too little" },
    };

    [Fact]
    public void The_Dockerfile_copies_what_there_is_and_sets_what_is_read() => Assert.Empty(FaultsOf(Repository.Read("deploy", "Dockerfile")));

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_wrong_Dockerfile_is_found(string right, string wrong, string fault)
    {
        string dockerfile = Repository.Read("deploy", "Dockerfile");
        Assert.Contains(right, dockerfile, StringComparison.Ordinal);
        int last = dockerfile.LastIndexOf(right, StringComparison.Ordinal);

        Assert.Contains(FaultsOf(dockerfile[..last] + wrong + dockerfile[(last + right.Length)..]), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DigitFunctions.Core/DigitCore.cs", false)]
    [InlineData("DigitFunctions.Core/bin/Release/net10.0/DigitFunctions.Core.dll", true)]
    [InlineData("DigitFunctions/obj/project.assets.json", true)]
    [InlineData("local.settings.json", true)]
    [InlineData("StandIns.props", true)]
    [InlineData("DigitFunctions.Tests/DigitFunctions.Tests.csproj", true)]
    [InlineData(".git/config", true)]
    public void The_build_context_is_only_what_the_image_needs(string path, bool ignored) => Assert.Equal(ignored, IsIgnored(path));

    private static List<string> FaultsOf(string dockerfile)
    {
        string text = Regex.Replace(dockerfile, @"^#.*\n", "", RegexOptions.Multiline).Replace("\\\n", " ", StringComparison.Ordinal);
        string final = text[text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        List<string> faults = [];
        foreach (Match copy in Regex.Matches(text, @"^COPY (?!--from)(.+) \S+$", RegexOptions.Multiline))
        {
            foreach (string path in copy.Groups[1].Value.Split(' '))
            {
                AddIf(!Path.Exists(Repository.PathOf(path)), $"there is no {path} to copy");
                AddIf(IsIgnored(path.TrimEnd('/')), $".dockerignore keeps {path} out");
            }
        }

        Dictionary<string, string> environment = Regex.Match(final, "^ENV (.+)$", RegexOptions.Multiline).Groups[1].Value
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=', 2)).ToDictionary(entry => entry[0], entry => entry[1]);
        faults.AddRange(AppSettings.UnknownIn(environment));
        AddIf(!Regex.IsMatch(final, "^USER [1-9][0-9]*$", RegexOptions.Multiline), "the user must be a number other than 0");
        AddIf(!Regex.IsMatch(final, $"^EXPOSE {new Uri(environment["ASPNETCORE_URLS"].Replace("+", "any", StringComparison.Ordinal)).Port}$", RegexOptions.Multiline), "ASPNETCORE_URLS and EXPOSE differ");
        AddIf(!final.Contains("\nCMD [\"/azure-functions-host/Microsoft.Azure.WebJobs.Script.WebHost\"]", StringComparison.Ordinal), "the host must be process 1");
        AddIf(
            !text.Contains($"test -e {environment["LD_LIBRARY_PATH"].Replace(environment["AzureWebJobsScriptRoot"], "/app", StringComparison.Ordinal)}/librdkafka.so", StringComparison.Ordinal),
            "LD_LIBRARY_PATH is not where librdkafka is");

        // In the environment the number is hexadecimal, with or without 0x; without it a process takes 75 % of the container (dotnet/docs, runtime-config/garbage-collector.md).
        string limit = environment.GetValueOrDefault("DOTNET_GCHeapHardLimitPercent", "4B");
        int percent = Convert.ToInt32(limit, 16);
        AddIf(2 * percent > 65, $"two managed heaps of {percent} % each leave too little of a container for what is not managed");
        return faults;

        void AddIf(bool wrong, string fault)
        {
            if (wrong)
            {
                faults.Add(fault);
            }
        }
    }

    /// <summary>Docker's rules as far as the file uses them: the last pattern that fits the path or a folder above it decides.</summary>
    private static bool IsIgnored(string path)
    {
        bool ignored = false;
        foreach (string line in Repository.Read(".dockerignore").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string pattern = line.TrimStart('!').TrimEnd('/');
            if (Ancestors(path).Any(part => Fits(pattern, part)))
            {
                ignored = line[0] != '!';
            }
        }

        return ignored;
    }

    private static bool Fits(string pattern, string path) => pattern.StartsWith("**/", StringComparison.Ordinal)
        ? FileSystemName.MatchesSimpleExpression(pattern.AsSpan(3), Path.GetFileName(path), ignoreCase: false)
        : path.Count(c => c == '/') == pattern.Count(c => c == '/') && FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false);

    private static IEnumerable<string> Ancestors(string path)
    {
        string[] parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count]));
    }
}
