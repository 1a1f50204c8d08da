using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Access;

/// <summary>Answers kinds whose objects are made up when they are asked for.</summary>
internal interface IVirtualKind
{
    /// <summary>The kinds it answers.</summary>
    IReadOnlyList<Kind> Kinds { get; }

    /// <summary>Answers a request for one of them.</summary>
    Task AnswerAsync(ApiRequest request);
}
