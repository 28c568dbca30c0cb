namespace DynamoAspire.Testing;

/// <summary>Rewrites files of the second generation as the first: the same entries without their timestamps, which is all that prometheus_client before 0.18 can read.</summary>
public static class FirstGeneration
{
    /// <summary>Rewrites all files of a directory.</summary>
    public static void Convert(string directory)
    {
        foreach (var path in Directory.GetFiles(directory, "*.db"))
        {
            var source = File.ReadAllBytes(path);
            var used = BitConverter.ToInt32(source, 0);
            var target = new byte[source.Length];
            var to = 8;
            for (var from = 8; from < used;)
            {
                var length = BitConverter.ToInt32(source, from);
                var size = 4 + length + (8 - ((length + 4) % 8)) + 8;
                source.AsSpan(from, size).CopyTo(target.AsSpan(to));
                from += size + 8;
                to += size;
            }

            BitConverter.TryWriteBytes(target, to);
            File.WriteAllBytes(path, target);
        }
    }
}
