using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Reconcilers.Pods;
using Orchestrator.Tests.Pods;

namespace Orchestrator.Tests.Images;

/// <summary>What is decided about getting images, without any engine.</summary>
public sealed class PullTests
{
    private static readonly DateTimeOffset Now = SeenText.Now;

    [Fact]
    public void B1_image_pulls_wait_ever_longer_and_forget()
    {
        var (known, at, waits) = ((PullBackOff?)null, Now, new List<double>());
        for (var failure = 0; failure < 7; failure++)
        {
            known = PullBackOff.After(known, "ErrImagePull: no", at);
            waits.Add(known.Delay.TotalSeconds);
            at += known.Delay;
        }
        waits.ShouldBe([10, 20, 40, 80, 160, 300, 300]);
        known!.Left(known.Since).TotalSeconds.ShouldBe(300);
        known.Left(known.Since.AddSeconds(299)).TotalSeconds.ShouldBe(1);
        known.Left(known.Since.AddSeconds(300)).ShouldBe(TimeSpan.Zero);
        PullBackOff.After(known, "", known.Since.AddSeconds(600)).Delay.TotalSeconds.ShouldBe(300);
        PullBackOff.After(known, "", known.Since.AddSeconds(601)).Delay.TotalSeconds.ShouldBe(10);
    }

    [Theory]
    [InlineData("web", "Always")]
    [InlineData("web:latest", "Always")]
    [InlineData("host:5000/web", "Always")]
    [InlineData("host:5000/web:1", "IfNotPresent")]
    [InlineData("web@sha256:0000000000000000000000000000000000000000000000000000000000000000", "IfNotPresent")]
    public void B21_the_policy_follows_from_the_tag_at_creation_and_stays(string image, string expected)
    {
        var sent = new Pod
        {
            Metadata = new() { Name = "a", Namespace = "default" },
            Spec = new() { Containers = [new() { Name = "c", Image = image }] },
        };
        var stored = (Pod)ObjectWrites.Created(Pod.Kind, sent, "uid", Now);
        stored.Spec.Containers[0].ImagePullPolicy.ShouldBe(expected);
        foreach (var edited in new[] { "web:latest", "web:2" })
        {
            var changed = stored with
            {
                Spec = stored.Spec with { Containers = [stored.Spec.Containers[0] with { Image = edited }] },
            };
            var next = (Pod)ObjectWrites.Updated(Pod.Kind, changed, stored, "");
            next.Spec.Containers[0].Image.ShouldBe(edited);
            next.Spec.Containers[0].ImagePullPolicy.ShouldBe(expected, "an edit of the image does not change it");
        }
    }

    // why | secrets of the pod | of its account | mirror | what it has
    public static TheoryData<string, string, string?, bool, string> Accounts => new()
    {
        { "the account's are copied", "", "a b", false, "a b" },
        { "a pod that names its own keeps only these", "own", "a b", false, "own" },
        { "an account without any gives none", "", "", false, "" },
        { "an account that is not there gives none", "", null, false, "" },
        { "the mirror of a static pod gets none", "", "a", true, "" },
    };

    [Theory]
    [MemberData(nameof(Accounts))]
    public void A12_pull_secrets_come_from_the_service_account(
        string why, string own, string? account, bool isMirror, string expected)
    {
        var pod = new Pod
        {
            Metadata = new()
            {
                Annotations = isMirror
                    ? new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" }
                    : Map<string>.Empty,
            },
            Spec = new() { ImagePullSecrets = Secrets(own) },
        };
        var given = account is null ? null : new ServiceAccount { ImagePullSecrets = Secrets(account) };
        var next = AccountAdmission.WithPullSecrets(pod, given);
        string.Join(' ', next.Spec.ImagePullSecrets.Select(secret => secret.Name)).ShouldBe(expected, why);
    }

    [Theory]
    [InlineData("", "", "default")]
    [InlineData("ci", "", "ci")]
    [InlineData("", "old", "old")]
    public void The_account_of_a_pod_may_go_unsaid(string name, string oldName, string expected) =>
        AccountAdmission.AccountOf(new() { Spec = new() { ServiceAccountName = name, ServiceAccount = oldName } })
            .ShouldBe(expected);

    // why | trouble | under way | progress | reason and message shown
    public static TheoryData<string, string, bool, string?, string> Shown => new()
    {
        { "a first pull that is quick", "", true, null, "ContainerCreating" },
        { "a first pull that is long", "", true, "1MB of 2MB", "ContainerCreating: 1MB of 2MB" },
        { "an error before a retry", "ErrImagePull", false, null, "ErrImagePull: no" },
        { "a retry says nothing new", "ErrImagePull", true, null, "ErrImagePull: no" },
        { "until it gets somewhere", "ErrImagePull", true, "1MB of 2MB", "ContainerCreating: 1MB of 2MB" },
        { "that another container's pull is waited out", "ImagePullBackOff", false, null, "ImagePullBackOff: no" },
        { "errors of other sorts are tried again openly", "CreateContainerError", true, null, "ContainerCreating" },
    };

    [Theory]
    [MemberData(nameof(Shown))]
    public void A12_a_pod_shows_how_far_its_image_is(
        string why, string trouble, bool isBusy, string? progress, string expected)
    {
        var pod = SeenText.Pod("Always: web");
        var seen = SeenText.Observe(pod, isBusy ? "POD0=run +web" : "POD0=run") with
        {
            Troubles = trouble.Length == 0
                ? new Dictionary<string, StartTrouble>()
                : new() { ["web"] = new(trouble, "no", Now, TimeSpan.FromSeconds(20)) },
            Pulls = progress is null ? new Dictionary<string, string>() : new() { ["web"] = progress },
        };
        var waiting = PodReconciler.Plan(pod, seen, Now).Status.ContainerStatuses[0].State!.Waiting!;
        (waiting.Message is null ? waiting.Reason : $"{waiting.Reason}: {waiting.Message}").ShouldBe(expected, why);
    }

    private static List<LocalObjectReference> Secrets(string names) =>
    [
        .. names.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => new LocalObjectReference { Name = name }),
    ];
}
