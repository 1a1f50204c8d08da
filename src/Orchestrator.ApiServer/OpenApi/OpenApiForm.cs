namespace Orchestrator.ApiServer.OpenApi;

/// <summary>The two generations of OpenAPI that clients read.</summary>
internal enum OpenApiForm
{
    /// <summary>Swagger 2.0: one document for everything.</summary>
    V2,

    /// <summary>OpenAPI 3.0: one document for each group-version.</summary>
    V3,
}
