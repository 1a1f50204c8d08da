namespace Orleans.GrainDirectory;

/// <summary>Picks a grain directory. Inert here: the silos of a process share one directory.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrainDirectoryAttribute : Attribute
{
    public const string DEFAULT_GRAIN_DIRECTORY = "default";

    public GrainDirectoryAttribute() { }

    public GrainDirectoryAttribute(string grainDirectoryName) => GrainDirectoryName = grainDirectoryName;

    public string GrainDirectoryName { get; set; } = DEFAULT_GRAIN_DIRECTORY;
}
