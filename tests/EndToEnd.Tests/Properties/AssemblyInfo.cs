// Each of these tests runs whole systems: two at a time would only measure how they disturb each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
