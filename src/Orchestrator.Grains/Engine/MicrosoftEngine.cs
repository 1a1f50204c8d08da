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
    /// <summary>Adds one silo to the process.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder) =>
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddOrchestratorSilo());

    /// <summary>API records cross silos as their JSON, and are shared inside one, for they are immutable.</summary>
    public static IServiceCollection AddEngineServices(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, RecordCopier>();
        return services.AddSerializer(serializer => serializer.AddJsonSerializer(IsRecord, static _ => false,
            options => options.Configure(json => json.SerializerOptions = ApiJson.Options)));
    }

    private static bool IsRecord(Type type) =>
        type.Assembly == typeof(ApiObject).Assembly && !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private sealed class RecordCopier : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsRecord(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
