namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    public string ClusterId { get; set; } = "";

    public string ServiceId { get; set; } = "";

    public short InitialSilosCount { get; set; } = 2;

    public bool InitializeClientOnDeploy { get; set; } = true;

    public bool ConfigureFileLogging { get; set; }

    public bool UseTestClusterMembership { get; set; } = true;

    public bool AssumeHomogenousSilosForTesting { get; set; } = true;

    public bool GatewayPerSilo { get; set; } = true;

    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];
}
