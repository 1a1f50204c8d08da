using System.Globalization;
using System.Text;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Metrics as text, in the format that Prometheus reads.</summary>
internal sealed class MetricText
{
    private readonly StringBuilder _text = new();

    /// <summary>One metric with all its lines; nothing at all when there are none.</summary>
    public void Add(string name, string help, string type, IEnumerable<MetricLine> lines)
    {
        var isFirst = true;
        foreach (var line in lines)
        {
            if (isFirst)
            {
                _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
                _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            }
            isFirst = false;
            _text.Append(name).Append(line.Labels.Length == 0 ? "" : $"{{{line.Labels}}}").Append(' ')
                .Append(line.Value.ToString("R", CultureInfo.InvariantCulture));
            if (line.At is { } at) _text.Append(' ').Append(at.ToUnixTimeMilliseconds());
            _text.Append('\n');
        }
    }

    /// <summary><c>name="value"</c>, joined and escaped.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string? Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"").Append((value ?? "").Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }
        return text.ToString();
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();
}

/// <summary>One line of a metric.</summary>
internal readonly record struct MetricLine(string Labels, double Value, DateTimeOffset? At = null);
