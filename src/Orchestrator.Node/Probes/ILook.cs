namespace Orchestrator.Nodes.Probes;

/// <summary>One way to look at a container. May be asked again and again, never twice at a time.</summary>
internal interface ILook
{
    /// <summary>Looks; the token ends with the timeout, which is an answer, or because nobody wants one.</summary>
    /// <exception cref="RuntimeUnavailableException">The engine does not answer.</exception>
    /// <exception cref="LookException">The probe cannot be asked as it is written.</exception>
    Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation);
}

/// <summary>A probe that cannot be asked, such as one of a port that has no number: nothing follows from it.</summary>
internal sealed class LookException(string why) : Exception(why);
