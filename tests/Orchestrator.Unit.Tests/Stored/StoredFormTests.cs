using System.Reflection;
using System.Text;
using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.Stored;

/// <summary>
/// Objects are stored as their JSON, and read again by later versions. These files say what that looks like: a change
/// of one is a change of what is on disk. New fields are welcome; delete the file, run the test once with
/// <c>ORC_WRITE_GOLDEN=1</c>, and look at the difference: nothing but new lines may be in it.
/// </summary>
public sealed class StoredFormTests
{
    private static readonly string Folder = Path.Combine(
        typeof(StoredFormTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(metadata => metadata.Key == "RepositoryRoot").Value!,
        "tests", "Orchestrator.Unit.Tests", "Stored", "Golden");

    public static TheoryData<string> Kinds =>
        [.. KindRegistry.All.Where(kind => kind == KindRegistry.Find(kind.Group, kind.Plural))
            .Select(kind => kind.Group.Length == 0 ? kind.Plural : $"{kind.Plural}.{kind.Group}")];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_full_object_is_stored_as_ever(string name)
    {
        var kind = KindOf(name);
        var stored = ApiJson.Write((ApiObject)Filling.Of(kind.Type, "", [])!);
        var path = Path.Combine(Folder, $"{name}.json");
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("ORC_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, Indented(stored));
        }
        Assert.Equal(File.ReadAllText(path), Indented(stored));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_stored_is_read_without_loss(string name)
    {
        var golden = File.ReadAllText(Path.Combine(Folder, $"{name}.json"));
        var read = ApiJson.Read(KindOf(name), Encoding.UTF8.GetBytes(golden));
        Assert.Equal(golden, Indented(ApiJson.Write(read)));
    }

    [Fact]
    public void Fields_of_a_later_version_do_not_keep_an_object_from_being_read()
    {
        var kind = KindOf("configmaps");
        var read = ApiJson.Read(
            kind, """{"metadata":{"name":"a","later":{"b":1}},"data":{"k":"v"},"evenLater":[1]}"""u8);
        Assert.Equal("a", read.Metadata.Name);
    }

    private static Kind KindOf(string name)
    {
        var dot = name.IndexOf('.');
        return KindRegistry.Find(dot < 0 ? "" : name[(dot + 1)..], dot < 0 ? name : name[..dot])!;
    }

    private static string Indented(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n" }))
            document.RootElement.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
