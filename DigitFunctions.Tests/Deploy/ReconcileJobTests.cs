using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>The script of deploy/k8s/components/reconcile, run by a shell and curl against a server that answers as the function does.</summary>
public sealed class ReconcileJobTests
{
    [Fact]
    public async Task The_job_asks_part_by_part_until_the_answer_names_no_next_one()
    {
        using var server = new HttpListener();
        string url = Listen(server);
        Task<List<(string, string?)>> asked = AnswerAsync(
            server, (200, """{"seen":5000,"waiting":2,"outcomes":{"sorted":2},"continuation":"bW5pc3Q-_w"}"""), (200, """{"seen":7,"waiting":0,"outcomes":{}}"""));

        (int exitCode, string output) = await RunAsync(url, "a key");

        Assert.Equal(0, exitCode);
        Assert.Equal([("/api/reconcile?olderThan=10m", "a key"), ("/api/reconcile?olderThan=10m&continuation=bW5pc3Q-_w", "a key")], await asked);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_refusal_fails_the_job()
    {
        using var server = new HttpListener();
        string url = Listen(server);
        Task<List<(string, string?)>> asked = AnswerAsync(server, (401, ""));

        (int exitCode, _) = await RunAsync(url, "wrong");

        Assert.NotEqual(0, exitCode);
        Assert.Single(await asked);
    }

    private static string Listen(HttpListener server)
    {
        for (int tries = 0; ; tries++)
        {
            string url = $"http://127.0.0.1:{Random.Shared.Next(20_000, 32_000)}/";
            server.Prefixes.Clear();
            server.Prefixes.Add(url);
            try
            {
                server.Start();
                return url;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Taken: another one.
            }
        }
    }

    private static async Task<List<(string Address, string? Key)>> AnswerAsync(HttpListener server, params (int Status, string Body)[] answers)
    {
        List<(string, string?)> asked = [];
        foreach ((int status, string body) in answers)
        {
            HttpListenerContext call = await server.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60));
            asked.Add((call.Request.RawUrl!, call.Request.Headers["x-functions-key"]));
            call.Response.StatusCode = status;
            await using StreamWriter writer = new(call.Response.OutputStream);
            await writer.WriteAsync(body);
        }

        return asked;
    }

    /// <summary>Runs the container's command with the Service's address and the mounted key replaced.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(string url, string key)
    {
        JsonObject job = Yaml.Parse(Repository.Read("deploy", "k8s", "components", "reconcile", "cronjob.yaml")).Single();
        const string Service = "http://digitfunctions-http.digitfunctions.svc.cluster.local/", Mount = "/keys/reconcile";
        string script = job.Text("spec.jobTemplate.spec.template.spec.containers.0.args.0")!;
        Assert.Contains(Service, script, StringComparison.Ordinal);
        Assert.Contains(Mount, script, StringComparison.Ordinal);
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, key);
            var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("-ec");
            start.ArgumentList.Add(script.Replace(Service, url, StringComparison.Ordinal).Replace(Mount, file, StringComparison.Ordinal).Replace("--retry-delay 10", "--retry-delay 1", StringComparison.Ordinal));
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return (process.ExitCode, await output);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
