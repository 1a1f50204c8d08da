namespace Microsoft.Extensions.Hosting;

/// <summary>Puts a client into a host.</summary>
public static class OrleansClientGenericHostExtensions
{
    public static IHostApplicationBuilder UseOrleansClient(
        this IHostApplicationBuilder hostAppBuilder, Action<IClientBuilder>? configureDelegate = null)
    {
        DefaultServices.AddClient(hostAppBuilder.Services, hostAppBuilder.Configuration, configureDelegate);
        return hostAppBuilder;
    }

    public static IHostBuilder UseOrleansClient(
        this IHostBuilder hostBuilder, Action<IClientBuilder>? configureDelegate = null) =>
        hostBuilder.ConfigureServices(
            (context, services) => DefaultServices.AddClient(services, context.Configuration, configureDelegate));
}
