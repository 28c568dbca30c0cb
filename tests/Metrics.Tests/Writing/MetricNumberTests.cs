using System.Globalization;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Writing;

public sealed class MetricNumberTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(999999.0, "999999.0")]
    [InlineData(999999.5, "999999.5")]
    [InlineData(1000000.0, "1e+06")]
    [InlineData(1234567.25, "1.23456725e+06")]
    [InlineData(1e10, "1e+10")]
    [InlineData(9007199254740992.0, "9.007199254740992e+15")]
    [InlineData(1e16, "1e+16")]
    [InlineData(-1234567.0, "-1234567.0")]
    [InlineData(-1e15, "-1000000000000000.0")]
    [InlineData(-1e16, "-1e+16")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(8.34e-05, "8.34e-05")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(123.456, "123.456")]
    public void Format_KnownValues_MatchThePythonClient(double value, string expected) => Assert.Equal(expected, MetricNumber.ToText(value));

    [Fact]
    public void Format_AnyBits_ReadBackToTheSameDouble()
    {
        var random = new Random(20_260);
        for (var i = 0; i < 200_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                var text = MetricNumber.ToText(value);
                Assert.True(value.Equals(double.Parse(text, CultureInfo.InvariantCulture)), text);
            }
        }
    }

    [Fact]
    public async Task Format_ManyMagnitudes_EqualsPythonsRuleDigitByDigit()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 3000)
            .Select(i => (i % 3) switch
            {
                0 => Math.Round(Math.Pow(10, (random.NextDouble() * 40) - 12), random.Next(0, 8)),
                1 => random.NextInt64(-20_000_000_000_000_000, 20_000_000_000_000_000),
                _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 25)),
            })
            .ToArray();
        using var folder = new TemporaryDirectory();
        await File.WriteAllLinesAsync(folder.Combine("in"), values.Select(v => BitConverter.DoubleToInt64Bits(v).ToString(CultureInfo.InvariantCulture)));

        // The rule of the newest client, written out: older installed versions print a stray zero in the exponent.
        var output = await Python.RunAsync(
            """
            import struct, sys
            for line in open(sys.argv[1]):
                d = struct.unpack('<d', struct.pack('<q', int(line)))[0]
                s = repr(d)
                dot = s.find('.')
                if d > 0 and dot > 6:
                    m = f'{s[0]}.{s[1:dot]}{s[dot + 1:]}'.rstrip('0.')
                    s = f'{m}e+{dot - 1:02d}'
                print(s)
            """,
            folder.Combine("in"));

        Assert.Equal(output.Split('\n'), values.Select(MetricNumber.ToText));
    }
}
