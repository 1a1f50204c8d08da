using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orleans;
using Orleans.Serialization;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>
/// During an upgrade silos of two versions speak to each other. The file says what each message looks like between
/// them, and by what names grains are called: lines may be added, and none may change. A message that got a field keeps
/// its old line as <c>earlier</c>, which must still be understood. To add, run once with <c>ORC_WRITE_GOLDEN=1</c>.
/// </summary>
public sealed class WireFormTests : IDisposable
{
    private const string Message = "message ";
    private const string Earlier = "earlier ";

    private static readonly string Golden = Path.Combine(
        typeof(WireFormTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "RepositoryRoot").Value!,
        "tests", "Orchestrator.Cluster.Tests", "Wire", "golden.txt");

    private readonly ServiceProvider _services = new ServiceCollection().AddEngineServices().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Messages_and_names_are_as_ever()
    {
        var now = Messages().Concat(Names()).ToList();
        string[] known = [.. File.ReadAllLines(Golden)
            .Where(line => !line.StartsWith(Earlier, StringComparison.Ordinal))];
        if (Environment.GetEnvironmentVariable("ORC_WRITE_GOLDEN") == "1")
        {
            var said = known.Select(KeyOf).ToHashSet();
            File.AppendAllLines(Golden, now.Where(line => !said.Contains(KeyOf(line))));
        }
        Assert.Equal(known.Order(StringComparer.Ordinal), now.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_earlier_version_sent_is_understood()
    {
        var messages = SerializerTests.Messages.ToDictionary(row => (string)row[0], row => row[1]);
        foreach (var line in File.ReadAllLines(Golden)
            .Where(line => line.StartsWith(Message, StringComparison.Ordinal)
                || line.StartsWith(Earlier, StringComparison.Ordinal)))
        {
            var name = KeyOf(line)[(KeyOf(line).IndexOf(' ') + 1)..];
            var arrived = Serializer.Deserialize<object>(Convert.FromHexString(line[(KeyOf(line).Length + 2)..]));
            Assert.Equal(messages[name].GetType(), arrived.GetType());
            Assert.Equivalent(SerializerTests.Facts(messages[name]), SerializerTests.Facts(arrived), strict: true);
        }
    }

    private static string KeyOf(string line) => line[..line.IndexOf(": ", StringComparison.Ordinal)];

    private IEnumerable<string> Messages() => SerializerTests.Messages.Select(row =>
        $"{Message}{row[0]}: {Convert.ToHexString(Serializer.SerializeToArray<object>(row[1]))}");

    private static IEnumerable<string> Names() =>
        from type in typeof(IObjectGrain).Assembly.GetTypes()
        where type.IsInterface && typeof(IGrain).IsAssignableFrom(type)
        from line in (string[])
        [
            $"grain {type.Name}: {type.GetCustomAttribute<AliasAttribute>()?.Alias}",
            .. type.GetMethods().Select(method =>
                $"method {type.Name}.{method.Name}: {method.GetCustomAttribute<AliasAttribute>()?.Alias}"),
        ]
        select line;
}
