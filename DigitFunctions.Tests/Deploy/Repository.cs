namespace DigitFunctions.Tests.Deploy;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find(AppContext.BaseDirectory, "DigitFunctions.sln")
        ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds DigitFunctions.sln.");

    /// <summary>The published schemas of the custom resources; null where the checkout has no such folder beside it.</summary>
    public static string? Schemas { get; } =
        Find(Folder, Path.Combine("shared", "schemas", "keda.sh_scaledobjects.yaml")) is { } folder ? Path.Combine(folder, "shared", "schemas") : null;

    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    private static string? Find(string from, string file)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
