namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>Names under which router events travel, as Dynamo has them.</summary>
public static class KvEventNames
{
    /// <summary>Last token of the subjects, and the topic inside envelopes.</summary>
    public const string Topic = "kv-events";

    /// <summary>JetStream stream of a component: <c>namespace-{ns}-component-{comp}-kv-events</c>.</summary>
    public static string Stream(string ns, string component) => Slug($"namespace.{ns}.component.{component}.{Topic}").Replace('_', '-');

    /// <summary>Subjects that the stream takes: writers of different generations use different last tokens.</summary>
    public static string StreamSubjects(string ns, string component) => Stream(ns, component) + ".*";

    /// <summary>Subject to publish to in the stream.</summary>
    public static string StreamSubject(string ns, string component) => Stream(ns, component) + "." + Topic;

    /// <summary>Subject of the NATS event plane.</summary>
    public static string EventPlaneSubject(string ns, string component) => $"namespace.{ns}.component.{component}.{Topic}";

    /// <summary>Lower case; everything but letters, digits, <c>_</c> and <c>-</c> becomes <c>_</c>; leading <c>_</c> go.</summary>
    public static string Slug(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (slug, source) =>
        {
            for (var i = 0; i < slug.Length; i++)
            {
                var c = char.ToLowerInvariant(source[i]);
                slug[i] = char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_';
            }
        }).TrimStart('_');
    }
}
