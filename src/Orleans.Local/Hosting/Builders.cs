namespace Orleans.Local.Engine;

/// <summary>The plain builder of silos and clients.</summary>
internal sealed class EngineBuilder(
    IServiceCollection services, IConfiguration configuration) : ISiloBuilder, IClientBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;
}
