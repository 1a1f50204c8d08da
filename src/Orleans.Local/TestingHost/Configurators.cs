namespace Orleans.TestingHost;

/// <summary>Configures every silo of a test cluster.</summary>
public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}

/// <summary>Configures the host of every silo of a test cluster.</summary>
public interface IHostConfigurator
{
    void Configure(IHostBuilder hostBuilder);
}

/// <summary>Configures the client of a test cluster.</summary>
public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}
