using DigitFunctions.Local.Commands;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary>Names of exported files, whatever the key is.</summary>
public sealed class ExportNameTests
{
    private static readonly string[] Hostile =
    [
        "../../etc/passwd", "..", ".", "/", "//", "a/../b.png", "/etc/cron.d/x.png", @"..\..\windows\win.ini", @"C:\x.png", "CON", "nul.png", "com1.png",
        "-rf.png", "a\0b.png", "a\nb.png", "\u001b[31m.png", "\u202Egnp.exe", "\uD800.png", "日本.png", "...png", "a.png ", "a.png.", ".png", ".htaccess", "a?b*c:d|e<f>g\"h.png",
        new string('a', 900) + ".png", string.Concat(Enumerable.Repeat("é/", 300)) + "x.PNG", "x.png/../../y.jpeg", "a.exe",
    ];

    [Fact]
    public void Any_key_has_a_name_that_stays_in_its_folder_on_any_disk() => Assert.All(Hostile, path =>
    {
        string name = ExportName.Of(path);

        Assert.Matches(@"^[A-Za-z0-9_]{1,40}-[0-9a-f]{32}(\.(png|jpeg))?\z", name);
        Assert.True(ExportName.IsOne(name));
        Assert.Equal(name, ExportName.Of(path));
    });

    [Fact]
    public void Keys_that_differ_by_little_have_names_that_a_disk_tells_apart_without_regard_to_case()
    {
        string[] keys = ["a.png", "A.png", "a.PNG", "b/a.png", "b_a.png", "a/a.png", "a .png", "a_.png", "\uD800.png", "\uD801.png", "é.png", "e\u0301.png", .. Hostile.Except(["\uD800.png"])];

        Assert.Equal(keys.Length, keys.Select(ExportName.Of).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void A_name_tells_of_its_key_and_never_changes() =>
        Assert.Equal("scan_7-d2f52651895c2f4d3aad73553a1cbf27.png", ExportName.Of("2026/scan 7.PNG"));

    [Theory]
    [InlineData("7.png")]
    [InlineData("notes.txt")]
    [InlineData("a-0123456789abcdef0123456789abcdef.png\n")]
    public void A_file_of_somebody_else_is_none_of_an_export(string name) => Assert.False(ExportName.IsOne(name));
}
