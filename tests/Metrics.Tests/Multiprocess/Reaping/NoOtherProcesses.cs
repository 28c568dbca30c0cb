namespace DynamoAspire.Metrics.Tests.Multiprocess.Reaping;

/// <summary>
/// Tests that count what the reaper folds run alone: a process that another test starts holds, from its fork to its exec, every file that is open here,
/// and a file that a process holds is left for the next run.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NoOtherProcesses
{
    public const string Name = "no other processes";
}
