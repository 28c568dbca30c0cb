namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Reports all that is wrong with the options at once.</summary>
internal static class NatsOptionsValidator
{
    public static void Validate(NatsOptions options)
    {
        var problems = new List<string>();
        void Positive(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue)
            {
                problems.Add($"{name} must be more than zero and at most {TimeSpan.FromMilliseconds(int.MaxValue):d\\.hh} days");
            }
        }

        void File(string? path, string name)
        {
            if (path is not null && !System.IO.File.Exists(path))
            {
                problems.Add($"{name} '{path}' does not exist");
            }
        }

        Positive(options.ConnectTimeout, nameof(options.ConnectTimeout));
        Positive(options.ReconnectWait, nameof(options.ReconnectWait));
        Positive(options.ReconnectWaitMax, nameof(options.ReconnectWaitMax));
        Positive(options.PingInterval, nameof(options.PingInterval));
        Positive(options.RequestTimeout, nameof(options.RequestTimeout));
        if (options.ReconnectJitter < TimeSpan.Zero)
        {
            problems.Add("ReconnectJitter must not be negative");
        }

        if (options.MaxPendingBytes < 1024)
        {
            problems.Add("MaxPendingBytes must be at least 1024");
        }

        var ways = new[] { options.Username is not null || options.Password.HasValue, options.Token.HasValue, options.NKeySeed.HasValue, options.CredentialsFile is not null }.Count(w => w);
        if (ways > 1)
        {
            problems.Add("give one of user and password, token, NKey seed and credentials file, not several");
        }

        if (options.Password.HasValue && options.Username is null)
        {
            problems.Add("Password without Username");
        }

        if ((options.TlsCertificateFile is null) != (options.TlsKeyFile is null))
        {
            problems.Add("TlsCertificateFile and TlsKeyFile belong together");
        }

        File(options.CredentialsFile, nameof(options.CredentialsFile));
        File(options.TlsCaFile, nameof(options.TlsCaFile));
        File(options.TlsCertificateFile, nameof(options.TlsCertificateFile));
        File(options.TlsKeyFile, nameof(options.TlsKeyFile));
        if (options.NKeySeed.HasValue)
        {
            try
            {
                NKey.PublicFromSeed(options.NKeySeed.Reveal()!);
            }
            catch (NatsException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0)
        {
            throw new NatsException(NatsError.Invalid, "NATS options: " + string.Join("; ", problems) + ".");
        }
    }
}
