using System.Globalization;
using Confluent.Kafka;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Tests.Support;

/// <summary>Any value of its kind, where a test does not care which.</summary>
internal static class Some
{
    /// <summary>A name that no other test uses: buckets, topics and groups live side by side on shared servers.</summary>
    public static string Name(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..Math.Min(prefix.Length + 13, 60)];

    /// <summary>The bytes of a drawn picture of a digit.</summary>
    public static byte[] Picture(int digit = 3) => File.ReadAllBytes(Samples(digit)[0]);

    /// <summary>Another drawn picture of the same digit, of another size or polarity.</summary>
    public static byte[] OtherPicture(int digit = 3) => File.ReadAllBytes(Samples(digit)[1]);

    /// <summary>A record that the local host has read.</summary>
    public static HeldRecord Record(int partition, long offset, int assignment = 1) => new(
        new ConsumeResult<byte[]?, byte[]?> { TopicPartitionOffset = new TopicPartitionOffset("mnist", partition, offset), Message = new Message<byte[]?, byte[]?>() },
        assignment);

    /// <summary>All drawn pictures of the repository; a name begins with the digit that is drawn.</summary>
    public static string[] Samples() => [.. Directory.GetFiles(SamplesFolder, "*.png").Order(StringComparer.Ordinal)];

    private static string SamplesFolder => Path.Combine(AppContext.BaseDirectory, "samples");

    private static string[] Samples(int digit) =>
        [.. Samples().Where(file => Path.GetFileName(file).StartsWith(digit.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))];
}
