using System.Diagnostics;

namespace DynamoAspire.Testing;

/// <summary>Waits for something another process or thread will do. Polls a condition; it never sleeps for a fixed time and hopes.</summary>
public static class Eventually
{
    /// <summary>Polls until the probe returns a value that is not null.</summary>
    /// <exception cref="TimeoutException">Not within the limit; the message carries <paramref name="what"/> and the last error.</exception>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe, TimeSpan? timeout = null, Func<string>? detail = null)
        where T : class
    {
        var limit = timeout ?? TimeSpan.FromSeconds(20);
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await probe() is { } value)
                {
                    return value;
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                last = e;
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}. {detail?.Invoke()}", last);
            }

            await Task.Delay(25);
        }
    }

    /// <summary>Polls until the condition holds.</summary>
    public static Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? timeout = null, Func<string>? detail = null) =>
        GetAsync(what, async () => await condition() ? "" : null, timeout, detail);

    /// <summary>Polls until the condition holds.</summary>
    public static Task TrueAsync(string what, Func<bool> condition, TimeSpan? timeout = null, Func<string>? detail = null) =>
        TrueAsync(what, () => Task.FromResult(condition()), timeout, detail);
}
