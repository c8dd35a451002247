using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks;

/// <summary><c>opencv</c>: the profile KServeSample against OpenCV itself, on random pictures, bit for bit.</summary>
internal static class OpenCvBench
{
    private const string Python = "/usr/bin/python3";
    private const int MissingPackages = 2;

    public static Command Create()
    {
        var pictures = new Option<int>("--pictures") { Description = "How many pictures.", DefaultValueFactory = _ => 2000 };
        var seed = new Option<int?>("--seed") { Description = "Of the random numbers; another one each time unless given." };
        var large = new Option<bool>("--large") { Description = "200 to 4096 pixels a side." };
        var command = new Command("opencv", "Compare tensors with OpenCV's on random pictures. Exit code 0 only if all are equal, bit for bit.") { pictures, seed, large };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(pictures), parsed.GetValue(seed) ?? Random.Shared.Next(), parsed.GetValue(large), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int pictures, int seed, bool large, CancellationToken cancellationToken)
    {
        if (await RunPythonAsync(["-c", "import cv2, numpy; print('OpenCV', cv2.__version__)"], showsErrors: false, cancellationToken) != 0)
        {
            await Console.Error.WriteLineAsync($"This needs OpenCV and NumPy for {Python}: apt-get install python3-opencv python3-numpy");
            return MissingPackages;
        }

        Console.WriteLine($"--seed {seed}");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("digitfunctions-opencv-");
        try
        {
            string file = Path.Combine(folder.FullName, "random.zip");
            string script = Path.Combine(Path.GetDirectoryName(GoldenPictures.Checked)!, "make_golden.py");
            string[] arguments = [script, "--count", Text(pictures), "--seed", Text(seed), "--out", file];
            int exitCode = await RunPythonAsync(large ? [.. arguments, "--large"] : arguments, showsErrors: true, cancellationToken);
            if (exitCode != 0)
            {
                await Console.Error.WriteLineAsync($"make_golden.py ended with exit code {exitCode}.");
                return 1;
            }

            (int compared, IReadOnlyList<string> different) = GoldenPictures.Compare(file);
            foreach (string name in different)
            {
                Console.WriteLine(name);
            }

            var table = new Table();
            table.Add("random pictures", "pictures", compared);
            table.Add("whose tensors differ from OpenCV's", "different", different.Count);
            table.Write(Console.Out);
            return compared == pictures && different.Count == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs Python. Its output is shown; its complaints, which are libpng's too, only where it fails.</summary>
    /// <returns>Its exit code; -1 where there is no Python.</returns>
    private static async Task<int> RunPythonAsync(IReadOnlyList<string> arguments, bool showsErrors, CancellationToken cancellationToken)
    {
        Process python;
        try
        {
            python = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            return -1;
        }

        using (python)
        {
            try
            {
                string errors = await python.StandardError.ReadToEndAsync(cancellationToken);
                await python.WaitForExitAsync(cancellationToken);
                if (python.ExitCode != 0 && showsErrors)
                {
                    await Console.Error.WriteAsync(errors);
                }

                return python.ExitCode;
            }
            catch (OperationCanceledException)
            {
                python.Kill();
                throw;
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
