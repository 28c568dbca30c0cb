namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Last lines of a resource. Safe for concurrent use; older lines are dropped.</summary>
internal sealed class LogBuffer(int capacity = 200)
{
    private readonly Queue<string> _lines = new(capacity);

    public void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    public IReadOnlyList<string> Last(int count)
    {
        lock (_lines)
        {
            return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
        }
    }
}
