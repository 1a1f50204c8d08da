namespace Orchestrator.Nodes.Tests.Simulated;

/// <summary>Takes the result of a call that must be over when it returns.</summary>
internal static class CompletedTask
{
    public static T Now<T>(this Task<T> task)
    {
        task.IsCompleted.ShouldBeTrue("the call should be over when it returns");
        return task.GetAwaiter().GetResult();
    }

    public static void Now(this Task task)
    {
        task.IsCompleted.ShouldBeTrue("the call should be over when it returns");
        task.GetAwaiter().GetResult();
    }
}
