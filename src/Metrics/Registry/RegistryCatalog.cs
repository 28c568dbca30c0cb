using System.Text;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// What all registries of one tree have registered; shared by them, so that a clash is found where it is made and not at a scrape.
/// </summary>
internal sealed class RegistryCatalog
{
    private readonly Dictionary<string, List<Registration>> _byFamily = new(StringComparer.Ordinal);
    private int _version;

    /// <summary>Guards the structure of all trees: trees join and part, so a lock per tree could change under its taker's feet. Updating metrics never takes it.</summary>
    internal static Lock Gate { get; } = new();

    /// <summary>Grows with every change of the tree or of what is registered in it.</summary>
    internal int Version => Volatile.Read(ref _version);

    internal void Touch() => Interlocked.Increment(ref _version);

    internal void Add(Registration registration)
    {
        var key = registration.Header.DisplayName;
        if (!_byFamily.TryGetValue(key, out var existing))
        {
            _byFamily[key] = existing = [];
        }

        Check(existing, registration);
        existing.Add(registration);
        Touch();
    }

    internal void Remove(Registration registration)
    {
        if (_byFamily.TryGetValue(registration.Header.DisplayName, out var existing) && existing.Remove(registration) && existing.Count == 0)
        {
            _byFamily.Remove(registration.Header.DisplayName);
        }

        Touch();
    }

    /// <summary>Takes over what another tree has registered, all or nothing.</summary>
    internal void Absorb(RegistryCatalog other)
    {
        foreach (var (key, registrations) in other._byFamily)
        {
            if (_byFamily.TryGetValue(key, out var existing))
            {
                foreach (var registration in registrations)
                {
                    Check(existing, registration);
                }
            }
        }

        foreach (var (key, registrations) in other._byFamily)
        {
            if (_byFamily.TryGetValue(key, out var existing))
            {
                existing.AddRange(registrations);
            }
            else
            {
                _byFamily[key] = registrations;
            }
        }

        Touch();
    }

    private static void Check(List<Registration> existing, Registration added)
    {
        foreach (var registration in existing)
        {
            var reason =
                !registration.Header.SameShape(added.Header) ? $"its type is {registration.Header.Type} there and {added.Header.Type} here"
                : !registration.Header.Help.SequenceEqual(added.Header.Help) ? $"its help is \"{Encoding.UTF8.GetString(registration.Header.Help)}\" there and \"{Encoding.UTF8.GetString(added.Header.Help)}\" here"
                : !registration.IsDistinctFrom(added) ? "both would report the same series"
                : null;
            if (reason is not null)
            {
                throw new MetricConflictException(added.Header.DisplayName, reason, registration.Owner, added.Owner);
            }
        }
    }
}
