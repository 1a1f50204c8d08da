using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Decoding;

/// <summary>A body that was read, and what the caller should be warned about.</summary>
/// <param name="Object">The object; not yet defaulted or validated.</param>
/// <param name="Warnings">One sentence per problem: <c>unknown field "spec.foo"</c>.</param>
public sealed record Decoded(ApiObject Object, IReadOnlyList<string> Warnings);

/// <summary>A body of any record type that was read, and what the caller should be warned about.</summary>
/// <param name="Value">The record.</param>
/// <param name="Warnings">One sentence per problem.</param>
public sealed record Decoded<T>(T Value, IReadOnlyList<string> Warnings) where T : class;
