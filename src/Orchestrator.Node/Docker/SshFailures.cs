namespace Orchestrator.Nodes.Docker;

/// <summary>Makes one sentence of what ssh, the shell over there or the far docker program wrote. Pure.</summary>
internal static class SshFailures
{
    private const int CommandNotFound = 127;

    /// <param name="words">Standard error.</param>
    /// <param name="exitCode">255 when ssh itself failed, else that of the far program; null while it runs.</param>
    public static string Sentence(DockerEndpoint endpoint, string words, int? exitCode)
    {
        var (at, host) = (endpoint.Text, endpoint.Host);
        bool Says(string text) => words.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (Says("IDENTIFICATION HAS CHANGED"))
        {
            return $"the host key of {at} is not the known one: if the machine was reinstalled, remove the old key with "
                + $"'ssh-keygen -R {KnownAs(endpoint)}', else somebody is in between";
        }
        if (Says("Host key verification failed") || Says("host key is known for"))
        {
            return $"ssh does not know the host key of {at}: add it to the known hosts, by 'ssh-keyscan' or by connecting "
                + "once by hand";
        }
        if (Says("Permission denied (") || Says("Too many authentication failures"))
        {
            return $"{at} refuses the login{Login(endpoint)}: add our public key to its authorized_keys, or name another "
                + $"identity file or user ({Last(words)})";
        }
        if (Says("Could not resolve hostname"))
            return $"the name {host} of {at} is unknown: check it, or pass an address";
        if (Says("Connection refused") && Says("connect to host")) return endpoint.Absence;
        if (Says("connect to host") || Says("Connection timed out") || Says("No route to host"))
        {
            return $"{at} cannot be reached: check the address and the network ({Last(words)})";
        }
        return exitCode == CommandNotFound || Says("command not found") || Says("docker: not found")
            ? $"there is no docker program at {at}: install it there, into the PATH of shells that are not interactive"
            : FarSide(at, Says, words, exitCode);
    }

    private static string FarSide(string at, Func<string, bool> says, string words, int? exitCode)
    {
        if (says("permission denied") && (says("docker") || says("dial unix")))
        {
            return $"the user of {at} may not use the engine there: add it to the group docker of that machine";
        }
        if (says("dial unix") || says("Cannot connect to the Docker daemon"))
        {
            return $"ssh reaches {at}, but no Docker engine runs there: start it (systemctl start docker)";
        }
        var end = exitCode is { } code ? $"exit code {code}" : "ssh hangs";
        return Last(words) is { Length: > 0 } last
            ? $"the ssh connection to {at} broke off: {last}"
            : $"the ssh connection to {at} broke off ({end}): check the machine and the network between";
    }

    private static string Login(DockerEndpoint endpoint) => endpoint.User is { } user ? $" of {user}" : "";

    private static string KnownAs(DockerEndpoint endpoint) =>
        endpoint.Port is 0 or 22 ? endpoint.Host : $"[{endpoint.Host}]:{endpoint.Port}";

    // The first lines may be a banner.
    private static string Last(string words) =>
        words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
}
