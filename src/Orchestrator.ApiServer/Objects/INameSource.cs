using System.Security.Cryptography;
using Orchestrator.Api.Naming;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Where the names of <c>generateName</c> come from; a simulation hands in one with a seed.</summary>
public interface INameSource
{
    /// <summary>A new name that begins with the prefix.</summary>
    string Next(string prefix);
}

/// <summary>Names that nobody can guess.</summary>
internal sealed class RandomNames : INameSource
{
    public string Next(string prefix) => GeneratedNames.Create(prefix, RandomNumberGenerator.GetInt32);
}
