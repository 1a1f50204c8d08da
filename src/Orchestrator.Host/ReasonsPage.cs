using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Hosting;

/// <summary>Asks a running cluster for the reasons of an object and prints them, oldest first.</summary>
internal static class ReasonsPage
{
    /// <exception cref="StartException">The object is not named right, or the cluster cannot be asked.</exception>
    public static async Task PrintAsync(string dataDir, string ns, string target, CancellationToken cancellation)
    {
        var subject = SubjectOf(ns, target);
        var reasons = await ReadAsync(dataDir, subject, cancellation);
        if (reasons.Count == 0)
            throw new StartException($"no reasons are kept for {subject}: was it named right, in this namespace?");
        foreach (var reason in reasons)
        {
            Console.WriteLine($"{reason.Time:yyyy-MM-dd HH:mm:ss.fff}  {reason.Decision,-18} {reason.Why}");
            if (reason.Inputs.Length > 0)
                Console.WriteLine($"{"",25} from {reason.Inputs.ReplaceLineEndings($"\n{"",30}")}");
        }
    }

    // pod/web-1, pods/web-1 and po/web-1 name one object; anything else is taken for a UID.
    public static string SubjectOf(string ns, string target)
    {
        var slash = target.IndexOf('/');
        if (slash < 0) return target;
        var (word, name) = (target[..slash].ToLowerInvariant(), target[(slash + 1)..]);
        var kind = KindRegistry.All.FirstOrDefault(
            kind => kind.Plural == word || kind.Singular == word || kind.ShortNames.Contains(word))
            ?? throw new StartException(
                $"\"{word}\" is no kind that is served; name the object as KIND/NAME, such as pod/web-1");
        return kind.KeyOf(ns, name).ToString();
    }

    /// <summary>The reasons of an object, oldest first.</summary>
    public static async Task<List<ReasonRecord>> ReadAsync(
        string dataDir, string subject, CancellationToken cancellation)
    {
        using var cluster = ApiConnection.Open(
            Path.Combine(dataDir, "kubeconfig"), "name the cluster's data folder with --data-dir");
        var found = await cluster.Get($"/reasons?of={Uri.EscapeDataString(subject)}", cancellation);
        return found.Deserialize<List<ReasonRecord>>(JsonSerializerOptions.Web) ?? [];
    }
}
