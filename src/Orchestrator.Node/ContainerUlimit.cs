using System.Globalization;

namespace Orchestrator.Nodes;

/// <summary>A limit of the kernel on each process of a container.</summary>
/// <param name="Name"><c>nofile</c>, <c>nproc</c>, <c>memlock</c> …; -1 is no limit.</param>
public sealed record ContainerUlimit(string Name, long Soft, long Hard)
{
    /// <summary>The annotation of a RuntimeClass that gives its containers limits.</summary>
    public const string Annotation = "orchestrator.io/ulimits";

    /// <summary><c>nofile=20000:30000,nproc=4096</c>; one number is both.</summary>
    /// <exception cref="FormatException">The text says something else.</exception>
    public static IReadOnlyList<ContainerUlimit> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse)];
    }

    private static ContainerUlimit Parse(string text)
    {
        var parts = text.Split('=', ':');
        if (parts.Length is 2 or 3 && parts[0].Length > 0 && TryNumber(parts[1], out var soft)
            && TryNumber(parts[^1], out var hard))
        {
            return new(parts[0], soft, hard);
        }
        throw new FormatException(
            $"annotation {Annotation}: \"{text}\" is no limit: expected NAME=SOFT:HARD such as nofile=20000:30000");
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= -1;
}
