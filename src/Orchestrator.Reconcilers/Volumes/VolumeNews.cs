namespace Orchestrator.Reconcilers.Volumes;

/// <summary>What is to be told of a claim or a volume, as an event.</summary>
/// <param name="Type"><c>Normal</c> or <c>Warning</c>.</param>
/// <param name="Reason">One CamelCase word.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Component">Who says so.</param>
public sealed record VolumeNews(
    string Type, string Reason, string Message, string Component = VolumeNews.Controller)
{
    /// <summary>Who binds.</summary>
    public const string Controller = "persistentvolume-controller";

    /// <summary>It went as wished.</summary>
    public static VolumeNews Normal(string reason, string message, string component = Controller) =>
        new("Normal", reason, message, component);

    /// <summary>Somebody should look.</summary>
    public static VolumeNews Warning(string reason, string message, string component = Controller) =>
        new("Warning", reason, message, component);
}
