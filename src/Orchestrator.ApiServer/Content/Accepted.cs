using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Content;

/// <summary>The text an answer is written in.</summary>
internal enum MediaFormat
{
    Json,
    Yaml,
}

/// <summary>What of an object is sent.</summary>
internal enum ObjectShape
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>A row of cells.</summary>
    Table,

    /// <summary>Its metadata.</summary>
    Metadata,
}

/// <summary>What the client takes, of what we can make: the first entry of its Accept header that we can.</summary>
internal sealed record Accepted(MediaFormat Format, ObjectShape Shape, string ShapeVersion, bool IsStream)
{
    /// <summary>What every client can read.</summary>
    public static Accepted PlainJson { get; } = new(MediaFormat.Json, ObjectShape.Whole, "", false);

    /// <summary>The Content-Type of an answer that is one document.</summary>
    public string ContentType => Format == MediaFormat.Json ? "application/json" : "application/yaml";

    /// <summary>The Content-Type of a watch.</summary>
    public string StreamContentType => IsStream ? "application/json;stream=watch" : "application/json";

    /// <summary>Reads the Accept header of a request for objects.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shapes">Whether tables and bare metadata can be made of the answer.</param>
    /// <exception cref="ApiException">406: nothing the client takes can be made.</exception>
    public static Accepted Read(HttpRequest request, bool shapes)
    {
        var header = request.Headers.Accept.ToString();
        if (header.Length == 0 || header == "application/json") return PlainJson;
        var refused = "";
        foreach (var entry in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ReadEntry(entry, shapes, ref refused) is { } accepted) return accepted;
        }
        throw Refusals.NotAcceptable(refused.Length == 0 ? null : $" ({refused})");
    }

    private static Accepted? ReadEntry(string entry, bool shapes, ref string refused)
    {
        var parts = entry.Split(';', StringSplitOptions.TrimEntries);
        MediaFormat? format = parts[0] switch
        {
            "application/json" or "*/*" or "application/*" => MediaFormat.Json,
            "application/yaml" => MediaFormat.Yaml,
            _ => null,
        };
        if (format is null) return null;
        string shapeName = "", version = "", group = "";
        var isStream = false;
        foreach (var part in parts.AsSpan(1))
        {
            if (part.StartsWith("as=", StringComparison.Ordinal)) shapeName = part[3..];
            else if (part.StartsWith("v=", StringComparison.Ordinal)) version = part[2..];
            else if (part.StartsWith("g=", StringComparison.Ordinal)) group = part[2..];
            else if (part == "stream=watch") isStream = true;
        }
        if (shapeName.Length == 0) return new(format.Value, ObjectShape.Whole, "", isStream);
        ObjectShape? shape = shapeName switch
        {
            "Table" => ObjectShape.Table,
            "PartialObjectMetadata" or "PartialObjectMetadataList" => ObjectShape.Metadata,
            _ => null,
        };
        if (shape is not null && group == "meta.k8s.io" && version is "v1" or "v1beta1" && shapes)
        {
            return new(format.Value, shape.Value, version, isStream);
        }
        refused = $"the object is not available as {shapeName}.{version}.{group}";
        return null;
    }
}
