using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Replaces objects, or the part of them that a subresource names.</summary>
internal sealed class UpdateHandler(SentObject sent, WriteHandler writes)
{
    private const string OptionsKind = "UpdateOptions";

    public async Task AnswerAsync(ApiRequest request)
    {
        var options = request.WriteOptions(OptionsKind);
        var obj = Views.ToStored(request.Kind, await sent.ReadAsync(request, OptionsKind));
        var key = Views.StoredKind(request.Kind).KeyOf(request.Path.Namespace ?? "", request.Path.Name!);
        var subresource = request.Path.Subresource;
        var result = await writes.DoAsync(
            request, key, grain => grain.Update(obj, subresource, options), options.DryRun, Repeat.Safe);
        await writes.AnswerAsync(request, result.IsCreated ? 201 : 200, Views.ToShown(request.Kind, result.Object));
    }
}
