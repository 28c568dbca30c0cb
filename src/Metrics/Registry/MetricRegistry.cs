using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// Metrics of this process. Registries form a tree: collecting one reports it and everything below it, families of one name joined, sorted by name.
/// </summary>
/// <remarks>
/// Registering clashes with nothing or throws <see cref="MetricConflictException"/>: within one tree a family has one type and one help, and no two registrations can
/// report the same series. Thread-safe.
/// </remarks>
public sealed partial class MetricRegistry : IMetricSource
{
    private readonly MetricRegistryOptions _options;
    private readonly List<Registration> _registrations = [];
    private readonly List<MetricRegistry> _children = [];
    private readonly List<Action> _callbacks = [];
    private MetricRegistry? _parent;
    private RegistryCatalog _catalog = new();
    private Layout? _layout;
    private readonly long[] _failures = new long[CallbackFailureReasons.All.Count];

    /// <summary>Makes an empty registry.</summary>
    /// <param name="owner">Who registers here, for error messages.</param>
    /// <param name="options">What is added to everything registered.</param>
    public MetricRegistry(string owner = "application", MetricRegistryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        Owner = owner;
        _options = options ?? MetricRegistryOptions.Default;
    }

    /// <summary>
    /// Raised when something that this registry or one below it calls fails: a callback, a function metric, a source. The scrape goes on without it.
    /// Raised per failure, on any thread; what a handler throws is ignored.
    /// </summary>
    public event Action<CallbackFailure>? CallbackFailed;

    /// <summary>Who registers here.</summary>
    public string Owner { get; }

    /// <summary>What is added to everything registered here.</summary>
    public MetricRegistryOptions Options => _options;

    /// <summary>How often something that this registry or one below it calls has failed for a reason.</summary>
    public long CallbackFailures(CallbackFailureReason reason) => Volatile.Read(ref _failures[(int)reason]);

    /// <summary>Whether anything in this tree is registered under a name, with the prefix and with or without <c>_total</c>.</summary>
    public bool HasMetricNamed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (RegistryCatalog.Gate)
        {
            return _catalog.Contains(name);
        }
    }

    /// <summary>Registers something to be run before each collection, to bring gauges up to date.</summary>
    public void OnCollect(Action update)
    {
        ArgumentNullException.ThrowIfNull(update);
        lock (RegistryCatalog.Gate)
        {
            _callbacks.Add(update);
            _catalog.Touch();
        }
    }

    /// <summary>Makes a registry below this one that adds the same prefix and labels and further labels.</summary>
    /// <param name="owner">Who registers there, for error messages.</param>
    /// <param name="labels">Labels beside those of this registry.</param>
    public MetricRegistry CreateChild(string owner, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var child = new MetricRegistry(owner, _options with { Labels = [.. _options.Labels, .. labels] });
        AddChild(child);
        return child;
    }

    /// <summary>Hangs a registry, with all that is below it, under this one. Adding it a second time changes nothing.</summary>
    /// <exception cref="MetricConflictException">Something in it clashes with something in this tree.</exception>
    public void AddChild(MetricRegistry child)
    {
        ArgumentNullException.ThrowIfNull(child);
        lock (RegistryCatalog.Gate)
        {
            var catalog = _catalog;
            if (ReferenceEquals(child._parent, this))
            {
                return;
            }

            if (child._parent is not null)
            {
                throw new InvalidOperationException($"Registry '{child.Owner}' already hangs under '{child._parent.Owner}'.");
            }

            for (var above = this; above is not null; above = above._parent)
            {
                if (ReferenceEquals(above, child))
                {
                    throw new InvalidOperationException($"Registry '{child.Owner}' is above '{Owner}'.");
                }
            }

            catalog.Absorb(child._catalog);
            child._parent = this;
            _children.Add(child);
            child.UseCatalog(catalog);
        }
    }

    /// <summary>Takes a registry below this one out of the tree: its metrics are no longer reported.</summary>
    public bool RemoveChild(MetricRegistry child)
    {
        ArgumentNullException.ThrowIfNull(child);
        lock (RegistryCatalog.Gate)
        {
            var catalog = _catalog;
            if (!_children.Remove(child))
            {
                return false;
            }

            child._parent = null;
            var own = new RegistryCatalog();
            child.MoveRegistrations(catalog, own);
            child.UseCatalog(own);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Collect(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var layout = CurrentLayout();
        foreach (var (registry, callback) in layout.Callbacks)
        {
            try
            {
                callback();
            }
            catch (Exception e)
            {
                // One broken callback must not lose the scrape.
                registry.Report("update", CallbackFailureReason.UpdateFailed, error: e);
            }
        }

        // A callback may have registered something.
        layout = CurrentLayout();
        if (layout.Sources.Length > 0 || layout.Expositions.Length > 0)
        {
            CollectMerged(layout, destination);
        }
        else
        {
            Fill(layout, destination);
        }
    }

    internal void Report(string callback, CallbackFailureReason reason, string detail = "", Exception? error = null)
    {
        var failure = new CallbackFailure(Owner, callback, reason, detail, error);
        for (var registry = this; registry is not null; registry = registry._parent)
        {
            Interlocked.Increment(ref registry._failures[(int)reason]);
            try
            {
                registry.CallbackFailed?.Invoke(failure);
            }
            catch (Exception)
            {
                // It has been counted. On a pool thread a handler that throws would end the process.
            }
        }
    }

    private static void Fill(Layout layout, MetricSnapshot destination)
    {
        destination.Clear();
        foreach (var (header, members) in layout.Families)
        {
            destination.BeginFamily(header);
            foreach (var member in members)
            {
                member.Fill(destination);
            }
        }
    }

    private Layout CurrentLayout()
    {
        var layout = Volatile.Read(ref _layout);
        var catalog = _catalog;
        if (layout is not null && ReferenceEquals(layout.Catalog, catalog) && layout.Version == catalog.Version)
        {
            return layout;
        }

        lock (RegistryCatalog.Gate)
        {
            layout = Layout.Build(this, _catalog);
            Volatile.Write(ref _layout, layout);
            return layout;
        }
    }

    private void UseCatalog(RegistryCatalog catalog)
    {
        _catalog = catalog;
        foreach (var child in _children)
        {
            child.UseCatalog(catalog);
        }
    }

    private void MoveRegistrations(RegistryCatalog from, RegistryCatalog to)
    {
        foreach (var registration in _registrations)
        {
            from.Remove(registration);
            to.Add(registration);
        }

        foreach (var child in _children)
        {
            child.MoveRegistrations(from, to);
        }
    }

    /// <summary>What a collection walks: worked out once per change of the tree.</summary>
    private sealed class Layout
    {
        internal required RegistryCatalog Catalog { get; init; }

        internal required int Version { get; init; }

        internal required (MetricRegistry Registry, Action Callback)[] Callbacks { get; init; }

        internal required RegistrySource[] Sources { get; init; }

        internal required ExpositionCallback[] Expositions { get; init; }

        internal required (FamilyHeader Header, IFamilyMembers[] Members)[] Families { get; init; }

        internal static Layout Build(MetricRegistry root, RegistryCatalog catalog)
        {
            var registries = new List<MetricRegistry>();
            Walk(root, registries);
            return new Layout
            {
                Catalog = catalog,
                Version = catalog.Version,
                Callbacks = [.. registries.SelectMany(r => r._callbacks.Select(c => (r, c)))],
                Sources = [.. registries.SelectMany(r => r._sources)],
                Expositions = [.. registries.SelectMany(r => r._expositions)],
                Families =
                [
                    .. registries.SelectMany(r => r._registrations)
                        .GroupBy(r => r.Header.DisplayName, StringComparer.Ordinal)
                        .OrderBy(g => g.Key, StringComparer.Ordinal)
                        .Select(g => (g.First().Header, g.Select(r => r.Members).ToArray())),
                ],
            };
        }

        /// <summary>Depth first, parents before children.</summary>
        private static void Walk(MetricRegistry registry, List<MetricRegistry> registries)
        {
            registries.Add(registry);
            foreach (var child in registry._children)
            {
                Walk(child, registries);
            }
        }
    }
}
