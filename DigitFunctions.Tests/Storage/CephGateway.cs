using System.Diagnostics;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;

namespace DigitFunctions.Tests.Storage;

/// <summary>
/// Ceph's S3 gateway, a real S3 server, run by the script <c>ceph-gateway</c> beside this file. A test run has one, started by the first test that asks
/// for it and stopped with the test process: tests share it and use buckets of their own.
/// </summary>
internal sealed class CephGateway : IDisposable
{
    /// <summary>The access key of its one user.</summary>
    public const string AccessKey = "minio";

    /// <summary>The secret key of its one user.</summary>
    public const string SecretKey = "minio123";

    /// <summary>The script says "ready" after two or three seconds, and gives up by itself after a minute a step.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private static readonly Lazy<string?> Missing = new(FindMissing);

    private static readonly Lazy<Task<CephGateway>> Shared = new(StartSharedAsync);

    private readonly Process _script;

    private CephGateway(Process script, Uri url)
    {
        _script = script;
        Url = url;
    }

    /// <summary>Why the gateway cannot run on this machine, such as the Debian packages that are missing; null where it can.</summary>
    public static string? WhyNot => Missing.Value;

    /// <summary>Where it serves, on 127.0.0.1.</summary>
    public Uri Url { get; }

    /// <summary>The gateway of this test run.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message holds what its script said.</exception>
    public static Task<CephGateway> GetAsync() => Shared.Value;

    /// <summary>Starts a gateway of one's own, for a test that stops it.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message holds what its script said.</exception>
    public static async Task<CephGateway> StartAsync()
    {
        Process script = Run("--access-key", AccessKey, "--secret-key", SecretKey);
        var said = new StringBuilder();
        script.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        };
        script.BeginErrorReadLine();

        string? ready = null;
        using var patience = new CancellationTokenSource(StartPatience);
        try
        {
            ready = await script.StandardOutput.ReadLineAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Told below, with what the script said.
        }

        if (ready?.Split(' ') is ["ready", string url])
        {
            return new CephGateway(script, new Uri(url));
        }

        Stop(script);
        lock (said)
        {
            throw new InvalidOperationException($"Ceph's gateway did not start within {StartPatience.TotalSeconds} s. It said:\n{said}");
        }
    }

    /// <summary>A client for its user, set up as a server that is not AWS needs it, without retries.</summary>
    public IAmazonS3 CreateClient() => new AmazonS3Client(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config
        {
            ServiceURL = Url.ToString(),
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
        });

    /// <summary>Stops it; all it holds is gone.</summary>
    public void Dispose() => Stop(_script);

    private static async Task<CephGateway> StartSharedAsync()
    {
        CephGateway gateway = await StartAsync();
        // A test process that is killed stops it too: the script ends with its standard input.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => gateway.Dispose();
        return gateway;
    }

    private static void Stop(Process script)
    {
        using (script)
        {
            script.StandardInput.Close();
            if (!script.WaitForExit(StopPatience))
            {
                script.Kill(entireProcessTree: true);
            }
        }
    }

    private static string? FindMissing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Ceph's gateway runs on Linux only.";
        }

        (int exitCode, string said) = RunToEnd("--check");
        return exitCode == 0 ? null : said.Trim();
    }

    /// <summary>Runs the script where it does not stay: what it said on stderr, and its exit code.</summary>
    public static (int ExitCode, string Error) RunToEnd(params string[] arguments)
    {
        using Process script = Run(arguments);
        string said = script.StandardError.ReadToEnd();
        script.WaitForExit();
        return (script.ExitCode, said);
    }

    private static Process Run(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "bash",
        [Path.Combine(AppContext.BaseDirectory, "Storage", "ceph-gateway"), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
