using Orchestrator.Api.Authentication.V1;
using Orchestrator.Api.Authorization.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Auth;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Access;

/// <summary>Answers questions about who somebody is and what they may do. Nothing of it is stored.</summary>
internal sealed class ReviewHandler(
    SentObject sent, WriteHandler writes, AccessRules rules, Authentication authentication, TimeProvider clock)
    : IVirtualKind
{
    private const string OptionsKind = "CreateOptions";

    public IReadOnlyList<Kind> Kinds { get; } =
    [
        SelfSubjectReview.Kind, TokenReview.Kind, SubjectAccessReview.Kind, LocalSubjectAccessReview.Kind,
        SelfSubjectAccessReview.Kind, SelfSubjectRulesReview.Kind,
    ];

    public async Task AnswerAsync(ApiRequest request)
    {
        var isElsewhere = request.Kind.IsNamespaced && request.Path.Namespace is null;
        if (request.Http.Request.Method != "POST" || request.Path.Name is not null || isElsewhere)
            throw Refusals.MethodNotAllowed();
        _ = request.WriteOptions(OptionsKind);
        var asked = await sent.ReadAsync(request, OptionsKind);
        await writes.AnswerAsync(request, 201, Answered(request, asked));
    }

    private ApiObject Answered(ApiRequest request, ApiObject asked) => asked switch
    {
        SelfSubjectReview review => review with
        {
            Metadata = new() { CreationTimestamp = clock.GetUtcNow() },
            Status = new() { UserInfo = Shown(request.User) },
        },
        TokenReview review => review with { Status = StatusOf(review.Spec) },
        SelfSubjectAccessReview { Spec: var spec } review => review with
        {
            Status = Decided(request.Kind, request.User, spec.ResourceAttributes, spec.NonResourceAttributes, []),
        },
        SubjectAccessReview review => review with { Status = Decided(request.Kind, review.Spec, null) },
        LocalSubjectAccessReview review => review with
        {
            Status = Decided(request.Kind, review.Spec, request.Path.Namespace),
        },
        SelfSubjectRulesReview review => review with { Status = RulesOf(request, review.Spec) },
        _ => throw new ArgumentException($"{request.Kind} is no question", nameof(asked)),
    };

    private static ReviewedUser Shown(ApiUser user) => new()
    {
        Username = user.Name,
        Uid = user.Uid,
        Groups = user.Groups,
        Extra = user.Extra,
    };

    private TokenReviewStatus StatusOf(TokenReviewSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Token))
            throw ApiException.BadRequest("token is required for TokenReview in authentication");
        var found = authentication.Find(spec.Token, spec.Audiences);
        return found.User is { } user
            ? new() { Authenticated = true, User = Shown(user), Audiences = found.Audiences }
            : new() { Error = found.Error };
    }

    private SubjectAccessReviewStatus Decided(Kind kind, SubjectAccessReviewSpec spec, string? ns)
    {
        var wrong = new List<FieldError>();
        if (string.IsNullOrEmpty(spec.User) && spec.Groups.Count == 0)
            wrong.Add(FieldError.Required("spec.user", "at least one of user or group must be specified"));
        if (ns is not null && spec.NonResourceAttributes is not null)
            wrong.Add(FieldError.Invalid("spec.nonResourceAttributes", "", "disallowed on this kind of request"));
        if (ns is not null && spec.ResourceAttributes is { } asked && (asked.Namespace ?? "") != ns)
        {
            wrong.Add(FieldError.Invalid(
                "spec.resourceAttributes.namespace", asked.Namespace ?? "", "must match metadata.namespace"));
        }
        // Whoever is asked about is taken for somebody who has said who they are.
        var name = spec.User ?? "";
        var user = new ApiUser(name, spec.Groups) { Uid = spec.Uid ?? "", Extra = spec.Extra };
        return Decided(kind, user, spec.ResourceAttributes, spec.NonResourceAttributes, wrong);
    }

    private SubjectAccessReviewStatus Decided(
        Kind kind, ApiUser user, ResourceAttributes? resource, NonResourceAttributes? path, List<FieldError> wrong)
    {
        if (resource is not null && path is not null)
        {
            wrong.Add(FieldError.Invalid("spec.nonResourceAttributes", "",
                "cannot be specified in combination with resourceAttributes"));
        }
        if (resource is null && path is null)
        {
            wrong.Add(FieldError.Invalid("spec.resourceAttributes", "",
                "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        if (wrong.Count > 0) throw ApiException.Invalid(kind, "", wrong);
        var question = resource is not null ? AccessQuestion.Of(resource) : AccessQuestion.Of(path!);
        var answer = rules.Decide(user, question);
        return new() { Allowed = answer.IsAllowed, Reason = answer.Reason };
    }

    private SubjectRulesReviewStatus RulesOf(ApiRequest request, SelfSubjectRulesReviewSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Namespace)) throw ApiException.BadRequest("no namespace on request");
        var anything = new AccessQuestion("get") { Resource = "*", Namespace = spec.Namespace };
        // The rules know all or nothing, so that one question tells which.
        if (!rules.Decide(request.User, anything).IsAllowed)
        {
            return new() { NonResourceRules = [new() { Verbs = ["get"], NonResourceUrls = AccessRules.PublicUrls }] };
        }
        return new()
        {
            ResourceRules = [new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }],
            NonResourceRules = [new() { Verbs = ["*"], NonResourceUrls = ["*"] }],
            // Acting as somebody else is for the masters alone, which a list of what is allowed cannot say.
            Incomplete = !request.User.IsMaster,
            EvaluationError = request.User.IsMaster ? null : "the verb impersonate is not among the allowed ones",
        };
    }
}
