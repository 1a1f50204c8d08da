using System.Text.Json;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Reads how something is to be deleted, from the body or, when that is empty, from the query.</summary>
internal sealed class DeleteQuery(RequestBody body)
{
    private const string OptionsKind = "DeleteOptions";

    public async Task<DeleteRequest> ReadAsync(ApiRequest request)
    {
        var json = await body.ReadJsonAsync(request.Http);
        return json.IsEmpty ? FromQuery(request) : FromJson(json, request.Query.DryRun(OptionsKind));
    }

    /// <summary>Reads a DeleteOptions object.</summary>
    public static DeleteRequest FromJson(ReadOnlyMemory<byte> json, bool dryRun)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return FromJson(document.RootElement, dryRun);
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Reads a DeleteOptions object.</summary>
    /// <exception cref="ApiException">400: it is none; a deletion that was not understood is not begun.</exception>
    public static DeleteRequest FromJson(JsonElement options, bool dryRun)
    {
        try
        {
            return Read(options, dryRun);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw Unreadable(e);
        }
    }

    private static DeleteRequest Read(JsonElement options, bool dryRun)
    {
        RequireObject(options, OptionsKind);
        var preconditions = Find(options, "preconditions");
        if (preconditions is { } sent) RequireObject(sent, "preconditions");
        if (Find(options, "dryRun") is { } dryRuns)
        {
            foreach (var item in dryRuns.EnumerateArray())
            {
                if (item.GetString() != "All")
                {
                    throw Refusals.InvalidOptions(
                        OptionsKind, FieldError.NotSupported("dryRun", item.GetString(), "All"));
                }
                dryRun = true;
            }
        }
        return Checked(new DeleteRequest
        {
            GracePeriodSeconds = Find(options, "gracePeriodSeconds")?.GetInt64(),
            PropagationPolicy = PolicyOf(
                Find(options, "propagationPolicy")?.GetString(), Find(options, "orphanDependents")?.GetBoolean()),
            Uid = preconditions is { } p ? Find(p, "uid")?.GetString() : null,
            ResourceVersion = preconditions is { } q ? Find(q, "resourceVersion")?.GetString() : null,
            DryRun = dryRun,
        });
    }

    private static ApiException Unreadable(Exception why) =>
        ApiException.BadRequest($"the DeleteOptions in the body cannot be read: {why.Message}");

    private static void RequireObject(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidOperationException($"{name} is an object, and {value.ValueKind} was sent");
    }

    private static DeleteRequest FromQuery(ApiRequest request) => Checked(new DeleteRequest
    {
        GracePeriodSeconds = request.Query.Number("gracePeriodSeconds"),
        PropagationPolicy = PolicyOf(
            request.Query.Text("propagationPolicy") is { Length: > 0 } policy ? policy : null,
            request.Query.Flag("orphanDependents")),
        DryRun = request.Query.DryRun(OptionsKind),
    });

    private static string? PolicyOf(string? policy, bool? orphanDependents)
    {
        if (policy is not null && orphanDependents is not null)
        {
            throw Refusals.InvalidOptions(OptionsKind, FieldError.Invalid(
                "propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
        }
        return policy ?? orphanDependents switch { true => "Orphan", false => "Background", null => null };
    }

    private static DeleteRequest Checked(DeleteRequest request) =>
        request.PropagationPolicy is null or "Background" or "Foreground" or "Orphan"
            ? request with { GracePeriodSeconds = request.GracePeriodSeconds < 0 ? 1 : request.GracePeriodSeconds }
            : throw Refusals.InvalidOptions(OptionsKind, FieldError.NotSupported(
                "propagationPolicy", request.PropagationPolicy, "Foreground", "Background", "Orphan", "nil"));

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null ? value : null;
}
