using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Meta;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Orchestrator.Grains.Engine;

/// <summary>Hosts grains on Microsoft Orleans.</summary>
public static class OrleansEngine
{
    // Callers live in the process of the silo, so there is no gateway to listen on.
    private const int NoGateway = 0;

    /// <summary>Adds one silo to the process: a cluster of its own, whose membership dies with it.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder, string clusterId) =>
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), NoGateway, serviceId: clusterId, clusterId: clusterId)
            .AddOrchestratorSilo());

    /// <summary>API records cross silos as their JSON, and are shared inside one, for they are immutable.</summary>
    public static IServiceCollection AddEngineServices(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, RecordCopier>();
        return services.AddSerializer(serializer => serializer.AddJsonSerializer(IsRecord, static _ => false,
            options => options.Configure(json => json.SerializerOptions = ApiJson.Options)));
    }

    private static bool IsRecord(Type type) =>
        type.Assembly == typeof(ApiObject).Assembly && !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

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
