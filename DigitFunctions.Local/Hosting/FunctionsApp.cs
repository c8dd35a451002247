namespace DigitFunctions.Local.Hosting;

/// <summary>A functions app as it is published: a folder with the worker's assembly and host.json.</summary>
/// <param name="Folder">The folder's full path.</param>
internal sealed record FunctionsApp(string Folder)
{
    private const string Name = "DigitFunctions";

    /// <summary>The worker's assembly.</summary>
    public string Assembly => Path.Combine(Folder, $"{Name}.dll");

    /// <summary>The app's host.json.</summary>
    public string HostJson => Path.Combine(Folder, "host.json");

    /// <summary>The app that was built with this command: its output lies beside that of this assembly's project.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static FunctionsApp Built()
    {
        // .../PROJECT/bin/CONFIGURATION/FRAMEWORK
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string? root = output.Parent?.Parent?.Parent?.Parent?.FullName;
        return In(Path.Combine(root ?? "", Name, "bin", output.Parent?.Name ?? "", output.Name));
    }

    /// <summary>The app in a folder.</summary>
    /// <exception cref="FileNotFoundException">There is no such app.</exception>
    public static FunctionsApp In(string folder)
    {
        var app = new FunctionsApp(Path.GetFullPath(folder));
        return File.Exists(app.Assembly)
            ? app
            : throw new FileNotFoundException($"There is no functions app in {app.Folder}: it must hold {Name}.dll, as `dotnet publish {Name}` writes it.", app.Assembly);
    }
}
