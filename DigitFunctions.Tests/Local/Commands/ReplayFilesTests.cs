using System.Text;
using DigitFunctions.Local.Commands;

namespace DigitFunctions.Tests.Local.Commands;

public sealed class ReplayFilesTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1\n}\n")]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", """{"a":1}""", """{"b":2}""")]
    [InlineData("{\"a\":1}\r\n\r\n{\"b\":2}", """{"a":1}""", """{"b":2}""")]
    [InlineData("{\n \"a\":1 }\n{\n \"b\":2 }", "{\n \"a\":1 }", "{\n \"b\":2 }")]
    [InlineData("{\"a\":1}\nbroken\n{\"b\":2}", """{"a":1}""", "broken", """{"b":2}""")]
    [InlineData("[{\"a\":1},{\"b\":2}]", "[{\"a\":1},{\"b\":2}]")]
    [InlineData("no\njson", "no\njson")]
    [InlineData("{\"a\":\n1", "{\"a\":\n1")]
    [InlineData("", "")]
    [InlineData("\uFEFF{\"a\":1}", "\uFEFF{\"a\":1}")]
    public void A_file_is_one_document_or_one_a_line(string content, params string[] documents) =>
        Assert.Equal(documents, ReplayFiles.Split(Encoding.UTF8.GetBytes(content)).Select(document => Encoding.UTF8.GetString(document.Span)));

    [Fact]
    public void Bytes_that_are_no_text_are_one_document()
    {
        byte[] content = [0xff, 0x0a, 0x7b, 0x0a, 0x00];

        Assert.Equal(content, Assert.Single(ReplayFiles.Split(content)).ToArray());
    }

    [Fact]
    public void A_folder_gives_its_files_by_partition_and_offset()
    {
        string folder = Directory.CreateTempSubdirectory("digits-replay-").FullName;
        string[] names = ["mnist/0/9.json", "mnist/0/10.json", "mnist/2/1.jsonl", "mnist/10/0.ndjson"];
        foreach (string name in names.Reverse().Append("mnist/readme.txt"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), "{}");
        }

        Assert.Equal([.. names.Select(name => Path.Combine(folder, name)), "-"], ReplayFiles.Find([folder, "-"]));
    }

    [Fact]
    public void What_is_not_there_is_a_fault_of_usage()
    {
        string folder = Directory.CreateTempSubdirectory("digits-replay-").FullName;

        Assert.Contains("no file of events", Assert.Throws<UsageException>(() => ReplayFiles.Find([folder])).Message, StringComparison.Ordinal);
        Assert.Contains("no file or folder", Assert.Throws<UsageException>(() => ReplayFiles.Find([folder + "/none"])).Message, StringComparison.Ordinal);
    }
}
