namespace DynamoAspire.KvEvents.LoadEvents;

/// <summary>Subjects of load messages.</summary>
public static class LoadSubjects
{
    /// <summary>Last token of the load subject, and the topic inside the envelope.</summary>
    public const string LoadTopic = "kv_metrics";

    /// <summary>Last token of the withdrawal subject.</summary>
    public const string WithdrawalTopic = "kv_metrics_withdrawn";

    /// <summary>Load of all workers of a namespace.</summary>
    public static string Load(string ns) => $"namespace.{ns}.{LoadTopic}";

    /// <summary>Withdrawals of all workers of a namespace.</summary>
    public static string Withdrawal(string ns) => $"namespace.{ns}.{WithdrawalTopic}";
}
