using DynamoAspire.Metrics.Multiprocess.Reading;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>Dead or alive.</summary>
public sealed partial class MultiprocessReaper
{
    /// <summary>Why the file must stay; null if its process is dead.</summary>
    private ReapOutcome? Judge(Candidate file, ProcessTable processes)
    {
        // The kernel knows best: whoever lives and counts has the file open for writing, whatever its process id looks like from here.
        var use = _options.FileUse?.Invoke(file.Name) ?? LinuxFiles.UseOf(ZeroTerminated(file.Path));
        if (use == FileUse.InUse)
        {
            return ReapOutcome.Alive;
        }

        if (_options.Liveness == ReapLiveness.Age)
        {
            var age = (_options.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - Newest(file).Modified;
            return age < _options.MinimumAge.TotalSeconds ? ReapOutcome.TooYoung : null;
        }

        if (!processes.IsUsable)
        {
            return ReapOutcome.Unknown;
        }

        if (JudgeByProcess(file, processes) is { } left)
        {
            return left;
        }

        return use == FileUse.Free || _options.SharedProcessIds ? null : ReapOutcome.Unknown;
    }

    private static ReapOutcome? JudgeByProcess(Candidate file, ProcessTable processes)
    {
        if (processes.StartOf(file.Pid) is not { } start)
        {
            return null;
        }

        if (double.IsNaN(start))
        {
            return ReapOutcome.Unknown;
        }

        // A file that was there before the process of its id was started is an earlier process's - unless this one has gone on with it, as prometheus_client does.
        var status = Newest(file);
        var made = double.IsNaN(status.Birth) ? status.Modified : status.Birth;
        if (made >= start - Tolerance || status.Modified >= start - Tolerance)
        {
            return ReapOutcome.Alive;
        }

        return processes.Maps(file.Pid, file.Name, status.Inode) switch
        {
            true => ReapOutcome.Alive,
            false => null,
            null => ReapOutcome.Unknown,
        };
    }

    private static FileStatus Newest(Candidate file) => LinuxFiles.TryStatus(ZeroTerminated(file.Path), out var status) ? status : file.Status;
}
