namespace Orleans.Storage;

/// <summary>A storage provider is missing or wrongly configured.</summary>
[GenerateSerializer]
public class BadProviderConfigException : OrleansException
{
    public BadProviderConfigException(string msg) : base(msg) { }

    public BadProviderConfigException(string msg, Exception? exc) : base(msg, exc) { }
}
