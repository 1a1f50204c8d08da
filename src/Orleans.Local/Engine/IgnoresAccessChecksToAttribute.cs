namespace System.Runtime.CompilerServices;

/// <summary>
/// Known to the runtime by its name: lets the assembly it stands on use the internals of the named one.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
