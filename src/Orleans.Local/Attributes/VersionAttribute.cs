namespace Orleans.CodeGeneration;

/// <summary>Version of a grain interface. Inert here: one process runs one version.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class VersionAttribute(ushort version) : Attribute
{
    public ushort Version { get; } = version;
}
