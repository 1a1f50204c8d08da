using System.CommandLine;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Images;

namespace Orchestrator.Hosting;

/// <summary>The files of <c>orc serve</c> that say how its nodes treat images and logs.</summary>
internal sealed class NodeFileOptions
{
    /// <summary>Names of the files in the data folder that are taken when no others are named.</summary>
    private const string ConfigName = "node.json", CredentialsName = "registry-auth.json";

    private readonly Option<string?> _config = new("--node-config")
    {
        Description = $"settings of nodes: images, mirrors, logs; default: {ConfigName} in the data folder, if there",
    };

    private readonly Option<string?> _credentials = new("--registry-auth")
    {
        Description = "credentials of registries for all pods, as docker login writes them (config.json); read again "
            + $"when it changes; default: {CredentialsName} in the data folder",
    };

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_credentials);
    }

    /// <exception cref="StartException">A file is named that cannot be used.</exception>
    public NodeSettings Read(ParseResult parsed, string dataDirectory)
    {
        var config = FileOf(parsed.GetValue(_config), Path.Combine(dataDirectory, ConfigName), "--node-config");
        var credentials = FileOf(
            parsed.GetValue(_credentials), Path.Combine(dataDirectory, CredentialsName), "--registry-auth");
        var settings = File.Exists(config) ? Parsed(config, NodeSettings.Parse) : new NodeSettings();
        // Read now only to refuse what cannot be; it is read again at each pull.
        if (File.Exists(credentials)) Parsed(credentials, bytes => DockerConfig.Parse(bytes));
        return settings with { Images = settings.Images with { CredentialsFile = credentials } };
    }

    private static string FileOf(string? named, string usual, string option)
    {
        if (named is null) return usual;
        return File.Exists(named)
            ? Path.GetFullPath(named)
            : throw new StartException(
                $"{option} \"{named}\" is not there: name a file that can be read, or leave it out");
    }

    private static T Parsed<T>(string path, Func<byte[], T> parse)
    {
        try
        {
            return parse(File.ReadAllBytes(path));
        }
        catch (Exception broken) when (broken is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} cannot be used: {broken.Message}", broken);
        }
    }
}
