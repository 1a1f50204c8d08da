using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>One method of a grain interface: how to invoke it and how its calls behave.</summary>
internal sealed class MethodEntry
{
    private readonly ConcurrentDictionary<Type, MethodInfo> _implementations = new();
    private readonly ConcurrentDictionary<string, MethodEntry>? _constructed;
    private Func<object, object?[], object?>? _invoker;

    public MethodEntry(Type interfaceType, MethodInfo method)
    {
        Interface = interfaceType;
        Method = method;
        InterfaceName = interfaceType.FullName ?? interfaceType.Name;
        Options = OptionsOf(method);
        TokenIndex = Array.FindIndex(method.GetParameters(), p => p.ParameterType == typeof(CancellationToken));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        _constructed = method.IsGenericMethodDefinition ? new() : null;
    }

    public Type Interface { get; }

    public string InterfaceName { get; }

    public MethodInfo Method { get; }

    public CallOptions Options { get; }

    public int TokenIndex { get; }

    public TimeSpan? Timeout { get; }

    public MethodEntry Construct(Type[] arguments) => _constructed!.GetOrAdd(
        string.Join(",", arguments.Select(type => type.AssemblyQualifiedName)),
        static (_, state) =>
            new MethodEntry(state.self.Interface, state.self.Method.MakeGenericMethod(state.arguments)),
        (self: this, arguments));

    /// <summary>Invokes the method on a grain; a ValueTask comes back as Task, void as a completed Task.</summary>
    public object? Invoke(object target, object?[] arguments) => (_invoker ??= Compile())(target, arguments);

    public MethodInfo ImplementationOn(
        Type grainClass) => _implementations.GetOrAdd(grainClass, static (type, method) =>
    {
        if (!method.DeclaringType!.IsAssignableFrom(type))
        {
            return method;
        }

        var definition = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        var map = type.GetInterfaceMap(method.DeclaringType);
        var found = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, definition)];
        return method.IsGenericMethod ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }, Method);

    private static CallOptions OptionsOf(MethodInfo method)
    {
        var options = CallOptions.None;
        options |=
            method.IsDefined(typeof(OneWayAttribute)) || method.ReturnType == typeof(void) ? CallOptions.OneWay : 0;
        options |= method.IsDefined(typeof(ReadOnlyAttribute)) ? CallOptions.ReadOnly : 0;
        options |= method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? CallOptions.AlwaysInterleave : 0;
        return options;
    }

    private Func<object, object?[], object?> Compile()
    {
        var target = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var values = Method.GetParameters().Select((parameter, index) =>
            (Expression)Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(index)),
                parameter.ParameterType));
        var call = Expression.Call(Expression.Convert(target, Method.DeclaringType!), Method, values);
        return Expression.Lambda<Func<object, object?[], object?>>(AsObject(call), target, arguments).Compile();
    }

    private static Expression AsObject(MethodCallExpression call)
    {
        if (call.Type == typeof(void))
        {
            return Expression.Block(call, Expression.Constant(Task.CompletedTask, typeof(object)));
        }

        var isValueTask = call.Type == typeof(ValueTask)
            || (call.Type.IsGenericType && call.Type.GetGenericTypeDefinition() == typeof(ValueTask<>));
        return isValueTask
            ? Expression.Convert(Expression.Call(call, nameof(ValueTask.AsTask), null), typeof(object))
            : Expression.Convert(call, typeof(object));
    }
}
