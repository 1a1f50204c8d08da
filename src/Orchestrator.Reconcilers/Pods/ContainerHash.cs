using System.Security.Cryptography;
using System.Text;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Tells whether a container was made from the spec the pod has now. Only name and image count, the fields that may
/// change in a living pod: were defaults hashed too, a new release with one more default would restart everything.
/// </summary>
public static class ContainerHash
{
    /// <summary>Eight hexadecimal digits.</summary>
    public static string Of(Container container) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{container.Name}\n{container.Image}")))[..8];
}
