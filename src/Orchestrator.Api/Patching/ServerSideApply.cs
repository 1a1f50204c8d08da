namespace Orchestrator.Api.Patching;
/// <summary>Placeholder.</summary>
public static class ServerSideApply;
