using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Creates objects. The name is chosen here, for the grain that creates is found by it.</summary>
internal sealed class CreateHandler(SentObject sent, WriteHandler writes, INameSource names)
{
    private const string OptionsKind = "CreateOptions";
    private const int GeneratedNameAttemptsMax = 8;

    public async Task AnswerAsync(ApiRequest request)
    {
        var options = request.WriteOptions(OptionsKind);
        var obj = await sent.ReadAsync(request, OptionsKind);
        if (!string.IsNullOrEmpty(obj.Metadata.ResourceVersion))
        {
            throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        }
        obj = request.Kind.RequestedBy(obj, request.User.Name, request.User.Groups);
        obj = Views.ToStored(request.Kind, obj);
        var result = string.IsNullOrEmpty(obj.Metadata.Name)
            ? await CreateGeneratedAsync(request, obj, options)
            : await CreateAsync(request, obj, options, Repeat.Safe);
        await writes.AnswerAsync(request, 201, Views.ToShown(request.Kind, result.Object));
    }

    private Task<WriteResult> CreateAsync(
        ApiRequest request, ApiObject obj, WriteOptions options, Repeat repeat)
    {
        var key = Views.StoredKind(request.Kind).KeyOf(request.Path.Namespace ?? "", obj.Metadata.Name!);
        if (obj.Metadata.Name!.Contains('/'))
        {
            throw ApiException.Invalid(request.Kind, obj.Metadata.Name,
                [FieldError.Invalid("metadata.name", obj.Metadata.Name, "may not contain '/'")]);
        }
        return writes.DoAsync(request, key, grain => grain.Create(obj, options), options.DryRun, repeat);
    }

    private async Task<WriteResult> CreateGeneratedAsync(ApiRequest request, ApiObject obj, WriteOptions options)
    {
        var prefix = obj.Metadata.GenerateName ?? "";
        if (prefix.Length == 0)
        {
            throw ApiException.Invalid(
                request.Kind, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
        }
        for (var attempt = 1; ; attempt++)
        {
            var name = names.Next(prefix);
            var named = obj with { Metadata = obj.Metadata with { Name = name } };
            try
            {
                // A name that is taken is taken for another's: created unseen, a second try would make a second object.
                return await CreateAsync(request, named, options, Repeat.Unsafe);
            }
            catch (ApiException e) when (e.Reason == "AlreadyExists")
            {
                if (attempt < GeneratedNameAttemptsMax) continue;
                throw new ApiException(409, "AlreadyExists",
                    $"{e.Message}, the server was not able to generate a unique name for the object", e.Details);
            }
        }
    }
}
