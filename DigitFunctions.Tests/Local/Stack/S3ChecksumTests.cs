using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public class S3ChecksumTests
{
    // The check values of the catalogue of CRC algorithms, and of FIPS 180 for the hashes, over the text 123456789.
    [Theory]
    [InlineData("x-amz-checksum-crc32", "CBF43926")]
    [InlineData("x-amz-checksum-crc32c", "E3069283")]
    [InlineData("X-Amz-Checksum-Crc64nvme", "AE8B14860A799888")]
    [InlineData("x-amz-checksum-sha1", "F7C3BC1D808E04732ADF679965CCC34CA7AE3441")]
    [InlineData("x-amz-checksum-sha256", "15E2B0D3C33891EBB0F1EF609EC419420C20E320CE94C65FBC8C3312448EB225")]
    public void A_checksum_has_its_published_check_value(string header, string hexadecimal) =>
        Assert.Equal(Convert.ToBase64String(Convert.FromHexString(hexadecimal)), S3Checksum.Compute(header, "123456789"u8));

    [Theory]
    [InlineData("x-amz-checksum-type")]
    [InlineData("x-amz-checksum-algorithm")]
    public void Other_headers_are_no_checksums(string header) => Assert.Null(S3Checksum.Compute(header, "123456789"u8));
}
