using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams;

/// <summary>What the query of an exec or attach asks for.</summary>
internal sealed record CommandQuery(string Container, IReadOnlyList<string> Command, SessionStreams Streams)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ApiException">400: nothing is asked for, or something that cannot be read.</exception>
    public static CommandQuery Read(IQueryCollection query, bool isExec)
    {
        var hasTerminal = query.Flag("tty") ?? false;
        var streams = new SessionStreams(
            query.Flag("stdin") ?? false, query.Flag("stdout") ?? false,
            // A terminal has one output only.
            !hasTerminal && (query.Flag("stderr") ?? false), hasTerminal);
        if (streams is { Input: false, Output: false, Error: false })
            throw ApiException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        string[] command = [.. query["command"].Select(word => word ?? "")];
        if (isExec && command.Length == 0)
            throw ApiException.BadRequest("you must specify at least one command for the container");
        return new CommandQuery(query.Text("container"), command, streams);
    }

    /// <summary>The streams a client of SPDY opens, by the names it gives them.</summary>
    public IReadOnlyList<string> StreamNames =>
    [
        "error", .. Streams.Input ? (string[])["stdin"] : [], .. Streams.Output ? (string[])["stdout"] : [],
        .. Streams.Error ? (string[])["stderr"] : [], .. Streams.Terminal ? (string[])["resize"] : [],
    ];
}
