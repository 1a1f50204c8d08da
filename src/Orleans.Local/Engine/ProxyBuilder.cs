using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Local.Engine;

/// <summary>Generates, once per grain interface, a class that implements it by sending calls.</summary>
internal static class ProxyBuilder
{
    private static readonly ConcurrentDictionary<Type, Func<GrainReferenceShared, IdSpan, GrainReference>> Factories =
        new();
    private static readonly AssemblyBuilder Assembly =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Orleans.Local.Proxies"), AssemblyBuilderAccess.Run);

    private static readonly ModuleBuilder Module = Assembly.DefineDynamicModule("Orleans.Local.Proxies");
    private static readonly HashSet<string> Opened = [];
    private static readonly Lock BuildLock = new();
    private static int _count;

    public static GrainReference Create(Type interfaceType, GrainReferenceShared shared, IdSpan key) =>
        Factories.GetOrAdd(interfaceType, Build)(shared, key);

    private static Func<GrainReferenceShared, IdSpan, GrainReference> Build(Type interfaceType)
    {
        if (!interfaceType.IsInterface || interfaceType.ContainsGenericParameters
            || !typeof(IAddressable).IsAssignableFrom(interfaceType))
        {
            throw new ArgumentException($"{interfaceType} is not a closed grain interface.", nameof(interfaceType));
        }

        lock (BuildLock)
        {
            var proxy = BuildClass(interfaceType);
            var shared = Expression.Parameter(typeof(GrainReferenceShared));
            var key = Expression.Parameter(typeof(IdSpan));
            var create = Expression.New(proxy.GetConstructors().Single(), shared, key);
            return Expression.Lambda<Func<GrainReferenceShared, IdSpan, GrainReference>>(create, shared, key).Compile();
        }
    }

    private static Type BuildClass(Type interfaceType)
    {
        OpenAssembliesOf(interfaceType);
        var name = $"{interfaceType.Name}Proxy{++_count}";
        var type = Module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(ProxyBase),
            [interfaceType]);
        var entries = type.DefineField(
            "Entries", typeof(MethodEntry[]), FieldAttributes.Public | FieldAttributes.Static);
        DefineConstructor(type);
        var methods = MethodsOf(interfaceType);
        for (var index = 0; index < methods.Count; index++)
        {
            DefineMethod(type, entries, index, methods[index]);
        }

        var built = type.CreateType();
        built.GetField("Entries")!.SetValue(
            null, methods.Select(method => new MethodEntry(interfaceType, method)).ToArray());
        return built;
    }

    private static List<MethodInfo> MethodsOf(Type interfaceType) =>
        [.. interfaceType.GetInterfaces().Prepend(interfaceType).SelectMany(type => type.GetMethods())
            .Where(method => !method.IsStatic)];

    private static void DefineConstructor(TypeBuilder type)
    {
        Type[] parameters = [typeof(GrainReferenceShared), typeof(IdSpan)];
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(ProxyBase).GetConstructor(
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(TypeBuilder type, FieldBuilder entries, int index, MethodInfo method)
    {
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        const MethodAttributes Attributes =
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig
                | MethodAttributes.NewSlot;
        var builder = type.DefineMethod($"{method.DeclaringType!.Name}.{method.Name}", Attributes);
        var generics = method.IsGenericMethodDefinition ? CopyGenerics(builder, method) : [];
        builder.SetParameters([.. parameters.Select(parameter => Substitute(parameter, method, generics))]);
        builder.SetReturnType(Substitute(method.ReturnType, method, generics));
        EmitBody(builder.GetILGenerator(), entries, index, method, parameters, generics);
        type.DefineMethodOverride(builder, method);
    }

    private static GenericTypeParameterBuilder[] CopyGenerics(MethodBuilder builder, MethodInfo method)
    {
        var originals = method.GetGenericArguments();
        var copies = builder.DefineGenericParameters([.. originals.Select(original => original.Name)]);
        for (var index = 0; index < originals.Length; index++)
        {
            copies[index].SetGenericParameterAttributes(originals[index].GenericParameterAttributes);
            var constraints = originals[index].GetGenericParameterConstraints();
            copies[index].SetInterfaceConstraints(
                [.. constraints.Where(type => type.IsInterface).Select(type => Substitute(type, method, copies))]);
            if (constraints.FirstOrDefault(type => !type.IsInterface) is { } baseType)
            {
                copies[index].SetBaseTypeConstraint(Substitute(baseType, method, copies));
            }
        }

        return copies;
    }

    private static Type Substitute(Type type, MethodInfo method, Type[] generics)
    {
        if (type.IsGenericMethodParameter)
        {
            return generics[type.GenericParameterPosition];
        }

        if (type.IsArray)
        {
            return Substitute(type.GetElementType()!, method, generics).MakeArrayType();
        }

        return type.IsGenericType && type.ContainsGenericParameters
            ? type.GetGenericTypeDefinition().MakeGenericType(
                [.. type.GetGenericArguments().Select(part => Substitute(part, method, generics))])
            : type;
    }

    private static void EmitBody(
        ILGenerator il, FieldBuilder entries, int index, MethodInfo method, Type[] parameters,
        GenericTypeParameterBuilder[] generics)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, entries);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        if (generics.Length > 0)
        {
            EmitArray(il, typeof(Type), generics.Length, position =>
            {
                il.Emit(OpCodes.Ldtoken, generics[position]);
                il.Emit(OpCodes.Call, typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!);
            });
            il.Emit(OpCodes.Call, typeof(MethodEntry).GetMethod(nameof(MethodEntry.Construct))!);
        }

        EmitArray(il, typeof(object), parameters.Length, position =>
        {
            il.Emit(OpCodes.Ldarg, (short)(position + 1));
            il.Emit(OpCodes.Box, Substitute(parameters[position], method, generics));
        });
        il.Emit(OpCodes.Call, Helper(method, generics));
        il.Emit(OpCodes.Ret);
    }

    private static void EmitArray(ILGenerator il, Type element, int length, Action<int> emitElement)
    {
        il.Emit(OpCodes.Ldc_I4, length);
        il.Emit(OpCodes.Newarr, element);
        for (var position = 0; position < length; position++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, position);
            emitElement(position);
            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private static MethodInfo Helper(MethodInfo method, Type[] generics)
    {
        var returned = method.ReturnType;
        var definition = returned.IsGenericType ? returned.GetGenericTypeDefinition() : returned;
        var name = definition == typeof(Task) ? "InvokeTask"
            : definition == typeof(Task<>) ? "InvokeTaskOf"
            : definition == typeof(ValueTask) ? "InvokeValueTask"
            : definition == typeof(ValueTask<>) ? "InvokeValueTaskOf"
            : definition == typeof(IAsyncEnumerable<>) ? "InvokeStream"
            : definition == typeof(void) ? "InvokeVoid"
            : throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} returns {returned}; a grain method returns void, a task or an IAsyncEnumerable.");
        var helper = typeof(ProxyBase).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
        return returned.IsGenericType
            ? helper.MakeGenericMethod(Substitute(returned.GetGenericArguments()[0], method, generics))
            : helper;
    }

    // Grain interfaces may be internal, like the base class of the proxies: the runtime lets this assembly into the
    // ones named here.
    private static void OpenAssembliesOf(Type interfaceType)
    {
        var seen = new HashSet<Type>();
        void Visit(Type type)
        {
            if (!seen.Add(type))
            {
                return;
            }

            Open(type.Assembly.GetName().Name!);
            foreach (var part in type.HasElementType ? [type.GetElementType()!] : type.GetGenericArguments())
            {
                Visit(part);
            }
        }

        Open(typeof(ProxyBase).Assembly.GetName().Name!);
        foreach (var type in interfaceType.GetInterfaces().Prepend(interfaceType))
        {
            Visit(type);
            foreach (var method in type.GetMethods())
            {
                Visit(method.ReturnType);
                Array.ForEach(method.GetParameters(), parameter => Visit(parameter.ParameterType));
            }
        }
    }

    private static void Open(string assemblyName)
    {
        if (Opened.Add(assemblyName))
        {
            var constructor = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
            Assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [assemblyName]));
        }
    }
}
