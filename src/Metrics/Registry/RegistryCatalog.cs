using System.Text;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// What all registries of one tree have registered; shared by them, so that a clash is found where it is made and not at a scrape.
/// </summary>
internal sealed class RegistryCatalog
{
    private readonly Dictionary<string, List<Registration>> _byName = new(StringComparer.Ordinal);
    private int _version;

    /// <summary>Guards the structure of all trees: trees join and part, so a lock per tree could change under its taker's feet. Updating metrics never takes it.</summary>
    internal static Lock Gate { get; } = new();

    /// <summary>Grows with every change of the tree or of what is registered in it.</summary>
    internal int Version => Volatile.Read(ref _version);

    internal bool Contains(string name) => _byName.ContainsKey(name);

    internal void Touch() => Interlocked.Increment(ref _version);

    internal void Add(Registration registration)
    {
        Check(registration);
        foreach (var name in Names(registration))
        {
            if (!_byName.TryGetValue(name, out var registrations))
            {
                _byName[name] = registrations = [];
            }

            registrations.Add(registration);
        }

        Touch();
    }

    internal void Remove(Registration registration)
    {
        foreach (var name in Names(registration))
        {
            if (_byName.TryGetValue(name, out var registrations) && registrations.Remove(registration) && registrations.Count == 0)
            {
                _byName.Remove(name);
            }
        }

        Touch();
    }

    /// <summary>Takes over what another tree has registered, all or nothing.</summary>
    internal void Absorb(RegistryCatalog other)
    {
        Registration[] added = [.. other._byName.Values.SelectMany(r => r).Distinct()];
        foreach (var registration in added)
        {
            Check(registration);
        }

        foreach (var registration in added)
        {
            Add(registration);
        }
    }

    /// <summary>The names that a family takes: its own, and the one it has in text 0.0.4.</summary>
    private static IEnumerable<string> Names(Registration registration) =>
        registration.Header.HasSuffix ? [registration.Header.DisplayName, Encoding.UTF8.GetString(registration.Header.TextName)] : [registration.Header.DisplayName];

    private void Check(Registration added)
    {
        foreach (var name in Names(added))
        {
            if (_byName.TryGetValue(name, out var existing))
            {
                Check(existing, added);
            }
        }
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
