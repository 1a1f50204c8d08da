using System.Globalization;

namespace Orchestrator.Nodes;

/// <summary>
/// Devices of a machine that pods ask for by count: files below <c>/dev</c>, or accelerators that the engine hands out
/// by number.
/// </summary>
/// <param name="Resource">Name of the extended resource: <c>example.com/fuse</c>.</param>
/// <param name="Path">The device file; empty for accelerators.</param>
/// <param name="Count">How many containers may have it at a time; of accelerators, how many there are.</param>
public sealed record NodeDevice(string Resource, string Path, int Count)
{
    /// <summary>
    /// <c>example.com/fuse=/dev/fuse</c> for one, <c>example.com/fuse=/dev/fuse*8</c> for eight that share a file,
    /// <c>nvidia.com/gpu=4</c> for four accelerators.
    /// </summary>
    /// <exception cref="FormatException">The text says none of these.</exception>
    public static NodeDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, rest) = Split(text, '=');
        if (name.Contains('/') && rest.Length > 0)
        {
            if (int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var accelerators))
                return new(name, "", accelerators);
            var (path, many) = Split(rest, '*');
            if (path.StartsWith('/') && many.Length == 0) return new(name, path, 1);
            if (path.StartsWith('/')
                && int.TryParse(many, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return new(name, path, count);
            }
        }
        throw new FormatException(
            $"\"{text}\" is no device: expected NAME=PATH, NAME=PATH*COUNT or NAME=COUNT, such as "
            + "example.com/fuse=/dev/fuse*8 or nvidia.com/gpu=2");
    }

    private static (string Before, string After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }
}
