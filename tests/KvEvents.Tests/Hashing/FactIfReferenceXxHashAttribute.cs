namespace DynamoAspire.KvEvents.Tests.Hashing;

/// <summary>A test against the reference library; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactIfReferenceXxHashAttribute : FactAttribute
{
    public FactIfReferenceXxHashAttribute()
    {
        if (!ReferenceXxHash.IsAvailable)
        {
            Skip = "libxxhash is not installed (Debian, Ubuntu: apt-get install libxxhash0).";
        }
    }
}
