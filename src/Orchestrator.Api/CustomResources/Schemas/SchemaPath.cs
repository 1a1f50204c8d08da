namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>Where a walk of an object stands; spelled only when something is wrong there.</summary>
internal sealed record SchemaPath(SchemaPath? Parent, string? Name, int Index)
{
    /// <summary>The object itself.</summary>
    public static SchemaPath Root { get; } = new(null, null, -1);

    /// <summary>A field below this place.</summary>
    public SchemaPath Field(string name) => new(this, name, -1);

    /// <summary>An element of this list.</summary>
    public SchemaPath Element(int index) => new(this, null, index);

    /// <inheritdoc />
    public override string ToString()
    {
        if (Parent is null) return "";
        var above = Parent.ToString();
        if (Name is null) return $"{above}[{Index}]";
        return above.Length == 0 ? Name : $"{above}.{Name}";
    }
}
