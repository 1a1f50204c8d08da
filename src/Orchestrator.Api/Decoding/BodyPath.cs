using System.Text;

namespace Orchestrator.Api.Decoding;

/// <summary>Where a walk of a body stands. Kept as steps and spelled only when something is wrong.</summary>
internal sealed class BodyPath
{
    private readonly List<Step> _steps = [];

    private readonly record struct Step(string? Name, int Index, string? Record);

    /// <summary>Into a field of a record.</summary>
    public void EnterField(string name, string record) => _steps.Add(new(name, 0, record));

    /// <summary>Into a map.</summary>
    public void EnterKey(string key) => _steps.Add(new(key, 0, null));

    /// <summary>Into a list element.</summary>
    public void EnterElement(int index) => _steps.Add(new(null, index, null));

    /// <summary>Back up.</summary>
    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary><c>spec.template.spec.containers[0]</c>, and the name below it when there is one.</summary>
    public string Spelled(string? below = null)
    {
        var text = new StringBuilder();
        foreach (var step in _steps) Append(text, step);
        if (below is not null) Append(text, new(below, 0, null));
        return text.ToString();
    }

    /// <summary>As Go names the place: innermost record, then the fields without keys and indices.</summary>
    /// <returns><c>struct field ContainerPort.spec.containers.ports.hostPort</c>, or <c>value</c> at the
    /// root.</returns>
    public string SpelledForType()
    {
        var fields = _steps.Where(step => step.Record is not null).ToList();
        return fields.Count == 0
            ? "value"
            : $"struct field {fields[^1].Record}.{string.Join('.', fields.Select(step => step.Name))}";
    }

    private static void Append(StringBuilder text, Step step)
    {
        if (step.Name is null)
        {
            text.Append('[').Append(step.Index).Append(']');
            return;
        }
        if (text.Length > 0) text.Append('.');
        text.Append(step.Name);
    }
}
