using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>The method and the arguments of one call.</summary>
public interface IInvokable
{
    int GetArgumentCount();

    object? GetArgument(int index);

    void SetArgument(int index, object? value);

    string GetMethodName();

    string GetInterfaceName();

    Type GetInterfaceType();

    MethodInfo GetMethod();
}

/// <summary>Holds the object a call is invoked on.</summary>
public interface ITargetHolder
{
    TTarget? GetTarget<TTarget>() where TTarget : class;

    TComponent? GetComponent<TComponent>() where TComponent : class;
}
