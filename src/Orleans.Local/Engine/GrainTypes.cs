using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>The grain classes and interfaces of this process, found by looking through its assemblies.</summary>
internal static class GrainTypes
{
    private static readonly Lock ScanLock = new();
    private static readonly HashSet<Assembly> Scanned = [];
    private static readonly ConcurrentDictionary<GrainType, Type> Classes = new();
    private static readonly ConcurrentDictionary<GrainType, GrainClass> Described = new();
    private static readonly ConcurrentDictionary<(Type, string?), GrainType> Served = new();
    private static readonly ConcurrentDictionary<Type, GrainInterfaceType> InterfaceNames = new();
    private static readonly ConcurrentDictionary<string, Type> Interfaces = new();

    public static GrainClass ClassOf(GrainType grainType) =>
        Described.TryGetValue(grainType, out var found) ? found : Described.GetOrAdd(grainType, Describe);

    /// <summary>The grain type behind an interface.</summary>
    public static GrainType TypeServing(Type interfaceType, string? classNamePrefix) =>
        Served.TryGetValue((interfaceType, classNamePrefix), out var found)
            ? found
            : FindServing(interfaceType, classNamePrefix);

    public static GrainInterfaceType NameOf(Type interfaceType) => InterfaceNames.GetOrAdd(interfaceType, static type =>
    {
        var name = type.GetCustomAttributes<AliasAttribute>().FirstOrDefault()?.Alias ?? type.FullName ?? type.Name;
        Interfaces.TryAdd(name, type);
        return GrainInterfaceType.Create(name);
    });

    public static Type InterfaceNamed(GrainInterfaceType name) => Interfaces.TryGetValue(name.ToString(), out var type)
        ? type
        : throw new ArgumentException($"No grain interface is named {name}.");

    public static GrainType TypeOf(Type grainClass)
    {
        if (grainClass.GetCustomAttributes().OfType<IGrainTypeProviderAttribute>().FirstOrDefault() is { } named)
        {
            return WithArguments(named.GetGrainType(null!, grainClass).ToString(), grainClass);
        }

        var name = grainClass.Name.ToLowerInvariant();
        var tick = name.IndexOf('`');
        name = tick > 0 ? name[..tick] : name;
        name = name.EndsWith("grain", StringComparison.Ordinal) && name.Length > "grain".Length
            ? name[..^"grain".Length]
            : name;
        return WithArguments(grainClass.IsGenericType ? $"{name}`{grainClass.GetGenericArguments().Length}" : name,
            grainClass);
    }

    private static GrainType WithArguments(string name, Type grainClass)
    {
        if (!grainClass.IsConstructedGenericType)
        {
            return GrainType.Create(name);
        }

        var type = GrainType.Create(
            $"{name}[[{string.Join("],[", grainClass.GetGenericArguments().Select(part => part.ToString()))}]]");
        Classes.TryAdd(type, grainClass);
        return type;
    }

    private static GrainClass Describe(GrainType grainType)
    {
        if (!Classes.TryGetValue(grainType, out var type))
        {
            Scan();
            if (!Classes.TryGetValue(grainType, out type))
            {
                throw new ArgumentException($"Could not find an implementation for grain type {grainType}.");
            }
        }

        return new GrainClass(type, grainType);
    }

    private static GrainType FindServing(Type interfaceType, string? prefix)
    {
        Scan();
        var candidates = CandidatesFor(interfaceType);
        if (prefix is not null)
        {
            var exact = candidates.Where(type => type.FullName == prefix).ToList();
            candidates = exact.Count > 0
                ? exact
                : [.. candidates.Where(type => type.FullName!.StartsWith(prefix, StringComparison.Ordinal))];
        }

        var chosen = candidates.Count == 1 ? candidates[0] : Preferred(interfaceType, candidates);
        var grainType = TypeOf(chosen ?? throw Unresolved(interfaceType, prefix, candidates));
        Served[(interfaceType, prefix)] = grainType;
        return grainType;
    }

    private static ArgumentException Unresolved(Type interfaceType, string? prefix, List<Type> candidates)
    {
        var with = prefix is null ? "" : $" with the class name prefix \"{prefix}\"";
        return new(candidates.Count == 0
            ? $"Could not find an implementation for interface {interfaceType}{with}."
            : $"Unable to identify a single appropriate grain type for interface {interfaceType}{with}. " +
                $"Candidates: {string.Join(", ", candidates)}. Give a class name prefix or put [DefaultGrainType] on the interface.");
    }

    private static List<Type> CandidatesFor(Type interfaceType)
    {
        List<Type> found = [];
        foreach (var type in Classes.Values.Distinct().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (interfaceType.IsAssignableFrom(type))
            {
                found.Add(type);
            }
            else if (type.IsGenericTypeDefinition && interfaceType.IsConstructedGenericType
                && Close(type, interfaceType) is { } closed)
            {
                found.Add(closed);
            }
        }

        // A closed class that was seen before stands beside its definition; both name the same class.
        return [.. found.Distinct()];
    }

    private static Type? Close(Type definition, Type interfaceType)
    {
        var arguments = interfaceType.GetGenericArguments();
        if (definition.GetGenericArguments().Length != arguments.Length)
        {
            return null;
        }

        try
        {
            var closed = definition.MakeGenericType(arguments);
            return interfaceType.IsAssignableFrom(closed) ? closed : null;
        }
        catch (ArgumentException)
        {
            // The arguments break a constraint of this class, so it does not serve the interface.
            return null;
        }
    }

    // The convention of Orleans: IFooGrain is served by FooGrain where several classes could.
    private static Type? Preferred(Type interfaceType, List<Type> candidates)
    {
        if (interfaceType.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } named)
        {
            return candidates.FirstOrDefault(type => TypeOf(type).ToString() == named.GrainTypeName);
        }

        var name = interfaceType.Name.StartsWith('I') ? interfaceType.Name[1..] : interfaceType.Name;
        return candidates.FirstOrDefault(type => type.Name == name);
    }

    private static void Scan()
    {
        lock (ScanLock)
        {
            var engine = typeof(IGrain).Assembly.GetName().Name;
            var pending = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies());
            while (pending.TryDequeue(out var assembly))
            {
                if (assembly.IsDynamic || IsFramework(assembly.GetName().Name) || !Scanned.Add(assembly))
                {
                    continue;
                }

                var references = assembly.GetReferencedAssemblies();
                if (assembly == typeof(IGrain).Assembly || references.Any(reference => reference.Name == engine))
                {
                    ScanTypes(assembly);
                }

                foreach (var reference in references.Where(reference => !IsFramework(reference.Name)))
                {
                    if (TryLoad(reference) is { } loaded)
                    {
                        pending.Enqueue(loaded);
                    }
                }
            }
        }
    }

    private static bool IsFramework(string? name) =>
        name is null or "netstandard" or "mscorlib"
        || name.StartsWith("System.", StringComparison.Ordinal) || name == "System"
        || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException
            or BadImageFormatException)
        {
            // Optional references that are not deployed hold no grains of ours.
            return null;
        }
    }

    private static void ScanTypes(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes())
        {
            if (type.IsInterface && typeof(IAddressable).IsAssignableFrom(type) && !type.IsGenericTypeDefinition)
            {
                NameOf(type);
            }

            if (type.IsClass && !type.IsAbstract && typeof(IGrainBase).IsAssignableFrom(type)
                && !typeof(GrainReference).IsAssignableFrom(type)
                && !Classes.TryAdd(TypeOf(type), type))
            {
                var other = Classes[TypeOf(type)];
                throw new OrleansConfigurationException(
                    $"Grain classes {type} and {other} share the grain type {TypeOf(type)}; tell them apart with [GrainType].");
            }
        }
    }
}
