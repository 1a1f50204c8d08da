namespace Orchestrator.Hosting;

/// <summary>Temporary.</summary>
internal sealed class SharedIdentity
{
    public static Task<SharedIdentity> OpenAsync(string connection, CancellationToken cancellation) => Task.FromResult(new SharedIdentity());

    private readonly string _folder = "/tmp/orc-tmp-identity";

    public Task<string> KeepAsync(string name, Func<string> make)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(_folder);
        if (File.Exists(file)) return Task.FromResult(File.ReadAllText(file));
        var made = make();
        File.WriteAllText(file, made);
        return Task.FromResult(made);
    }
}
