using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Engine.Cluster;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Orchestrator.Grains.Engine;

/// <summary>Hosts grains on Microsoft Orleans.</summary>
public static class OrleansEngine
{
    // Callers live in the process of the silo, so there is no gateway to listen on.
    private const int NoGateway = 0;
    private const string Npgsql = "Npgsql";

    /// <summary>Why this build cannot join a cluster of several processes; null when it can.</summary>
    public static string? WhyNoCluster => null;

    /// <summary>Adds one silo to the process: a cluster of its own, whose membership dies with it.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder, string clusterId, string machine = "") =>
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), NoGateway, serviceId: clusterId, clusterId: clusterId)
            .Configure<SiloOptions>(options => options.SiloName = machine.Length > 0 ? machine : options.SiloName)
            .AddOrchestratorSilo());

    /// <summary>
    /// Adds one silo of a cluster of several processes, whose membership and reminders are in its database.
    /// </summary>
    public static void UseOrleansCluster(this IHostApplicationBuilder builder, SiloSettings silo)
    {
        var connection = ConnectionTo(silo);
        builder.UseOrleans(orleans => orleans
            .Configure<ClusterOptions>(
                options => (options.ServiceId, options.ClusterId) = (silo.ClusterId, silo.ClusterId))
            .Configure<SiloOptions>(options => options.SiloName = silo.Machine)
            .ConfigureEndpoints(silo.Address, silo.Port, NoGateway)
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, connection))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Npgsql, connection))
            .UseQuickMembership()
            .AddOrchestratorSilo());
    }

    /// <summary>Makes or renews the tables of the membership; any number of silos may do so at once.</summary>
    public static Task PrepareClusterAsync(SiloSettings silo, CancellationToken cancellation) =>
        MembershipTables.PrepareAsync(silo.ConnectionString, cancellation);

    /// <summary>API records cross silos as their JSON, and are shared inside one, for they are immutable.</summary>
    public static IServiceCollection AddEngineServices(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, RecordCopier>();
        // Objects have no home: any silo may own any of them, and each takes its share.
        services.AddSingleton<PlacementStrategy, RandomPlacement>();
        return services.AddSerializer(serializer => serializer.AddJsonSerializer(IsRecord, static _ => false,
            options => options.Configure(json => json.SerializerOptions = ApiJson.Options)));
    }

    // Orleans names its tables without their schema, so the search path must lead there.
    private static string ConnectionTo(SiloSettings silo) =>
        new NpgsqlConnectionStringBuilder(silo.ConnectionString)
        {
            SearchPath = MembershipTables.Schema
        }.ConnectionString;

    private static bool IsRecord(Type type) =>
        type.Assembly == typeof(ApiObject).Assembly
            && !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    // Several clusters may run on one machine; a silo must know its port before it starts, so it cannot ask for any.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class RecordCopier : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsRecord(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
