using Orchestrator.Api.Meta;
using Newer = Orchestrator.Api.Autoscaling.V2.HorizontalPodAutoscaler;
using Older = Orchestrator.Api.Autoscaling.V1.HorizontalPodAutoscaler;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>Autoscalers: two versions of the API, one store.</summary>
public sealed class AutoscalerTests
{
    private const string Target =
        "spec.scaleTargetRef={\"kind\":\"Deployment\",\"name\":\"web\",\"apiVersion\":\"apps/v1\"}";
    private const string Max = "spec.maxReplicas=5";
    private const string Memory =
        "{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"1Gi\"}}}";

    private const string OfPods =
        "{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"hits\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"10\"}}}";
    private const string OfObject =
        "{\"type\":\"Object\",\"object\":{\"describedObject\":{\"kind\":\"Service\",\"name\":\"s\",\"apiVersion\":\"v1\"},\"target\":{\"type\":\"Value\",\"value\":\"5\"},\"metric\":{\"name\":\"hits\"}}}";
    private const string OfObjectAverage =
        "{\"type\":\"Object\",\"object\":{\"describedObject\":{\"kind\":\"Service\",\"name\":\"s\",\"apiVersion\":\"v1\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"5\"},\"metric\":{\"name\":\"hits\"}}}";
    private const string OfExternal =
        "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}},\"target\":{\"type\":\"Value\",\"value\":\"30\"}}}";
    private const string OfContainer =
        "{\"type\":\"ContainerResource\",\"containerResource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":50},\"container\":\"main\"}}";
    private const string UsedCpu =
        "{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":{\"averageValue\":\"25m\",\"averageUtilization\":12}}}";

    [Fact]
    public void One_replica_at_least_and_most_of_the_processor()
    {
        var scaler = Scaler("spec.x=1");
        scaler.Spec.MinReplicas.ShouldBe(1);
        Given.At(scaler, "spec.metrics").ShouldBe(
            "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":80}}}]");
        Given.At(scaler, "spec.behavior").ShouldBe("");
    }

    [Fact]
    public void What_is_said_of_one_direction_is_filled_up()
    {
        var scaler = Scaler("spec.behavior.scaleDown.stabilizationWindowSeconds=60");
        Given.At(scaler, "spec.behavior.scaleDown").ShouldBe(
            "{\"stabilizationWindowSeconds\":60,\"selectPolicy\":\"Max\",\"policies\":[{\"type\":\"Percent\",\"value\":100,\"periodSeconds\":15}]}");
        Given.At(scaler, "spec.behavior.scaleUp.policies[0]").ShouldBe(
            "{\"type\":\"Pods\",\"value\":4,\"periodSeconds\":15}");
    }

    public static TheoryData<string, string> Rules => new()
    {
        { "spec.x=1", "" },
        { "spec.minReplicas=0", "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1" },
        { "spec.minReplicas=9",
            "spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`" },
        { "spec.scaleTargetRef={}",
            "spec.scaleTargetRef.kind: Required value\nspec.scaleTargetRef.name: Required value" },
        { "spec.metrics=[{\"type\":\"Weather\"}]",
            "spec.metrics[0].type: Unsupported value: \"Weather\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"\nspec.metrics[0].weather: Required value: must populate information for the given metric source" },
        { "spec.metrics=[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\"}}}]",
            "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization" },
        { "spec.metrics=[{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"1\"}}}]",
            "spec.metrics[0].pods.metric.name: Required value: must specify a metric name" },
        { "spec.behavior.scaleUp.policies=[{\"type\":\"Pods\",\"value\":0,\"periodSeconds\":9999}]",
            "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero\nspec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 9999: must be less than or equal to 1800" },
    };

    [Theory, MemberData(nameof(Rules))]
    public void An_autoscaler_is_refused(string edit, string expected) =>
        Given.Errors(Scaler(edit)).ShouldBe(expected, edit);

    public static TheoryData<string, string> Targets => new()
    {
        { "spec.x=1", "cpu: <unknown>/80%" },
        { "status.currentMetrics=[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":{\"averageUtilization\":12}}}]",
            "cpu: 12%/80%" },
        { $"spec.metrics=[{Memory}]", "memory: <unknown>/1Gi" },
        { $"spec.metrics=[{Memory},{Memory},{Memory}]", "memory: <unknown>/1Gi, memory: <unknown>/1Gi + 1 more..." },
        { "spec.metrics=[{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"q\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"30\"}}}]",
            "<unknown>/30 (avg)" },
    };

    [Theory, MemberData(nameof(Targets))]
    public void A_target_prints(string edit, string expected)
    {
        var scaler = Scaler(edit);
        Newer.Kind.TableColumns.Select(column => column.Cell(scaler, Given.Now)).Take(6)
            .ShouldBe(["x", "Deployment/web", expected, "1", 5, 0], edit);
    }

    [Fact]
    public void Both_versions_print_the_same()
    {
        var scaler = Scaler($"spec.metrics=[{Memory}]");
        var older = Older.Kind.FromStored(scaler);
        Older.Kind.TableColumns.Select(column => column.Cell(older, Given.Now))
            .ShouldBe(Newer.Kind.TableColumns.Select(column => column.Cell(scaler, Given.Now)));
    }

    [Fact]
    public void The_older_version_has_a_field_for_the_processor()
    {
        var older = (Older)Older.Kind.FromStored(Scaler("spec.x=1"));
        older.Spec.TargetCPUUtilizationPercentage.ShouldBe(80);
        older.Metadata.Annotations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("spec.x=1")]
    [InlineData($"spec.metrics=[{Memory}]")]
    [InlineData($"spec.metrics=[{OfPods},{OfObject},{OfObjectAverage},{OfExternal},{OfContainer}]")]
    [InlineData("spec.behavior.scaleUp.selectPolicy=\"Min\"")]
    [InlineData($"status.currentMetrics=[{UsedCpu}]")]
    [InlineData(
        "status={\"currentReplicas\":2,\"desiredReplicas\":3,\"conditions\":[{\"type\":\"AbleToScale\",\"status\":\"True\"}]}")]
    public void What_the_older_version_has_no_field_for_is_not_lost(string edit)
    {
        var scaler = Scaler(edit);
        Given.Json(Older.Kind.ToStored(Older.Kind.FromStored(scaler))).ShouldBe(Given.Json(scaler), edit);
    }

    public static TheoryData<string, string, string> Annotations => new()
    {
        { $"spec.metrics=[{Memory}]", "metrics",
            "[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"targetAverageValue\":\"1Gi\"}}]" },
        { $"spec.metrics=[{OfPods}]", "metrics",
            "[{\"type\":\"Pods\",\"pods\":{\"metricName\":\"hits\",\"targetAverageValue\":\"10\"}}]" },
        { $"spec.metrics=[{OfObjectAverage}]", "metrics",
            "[{\"type\":\"Object\",\"object\":{\"target\":{\"kind\":\"Service\",\"name\":\"s\",\"apiVersion\":\"v1\"},\"metricName\":\"hits\",\"targetValue\":\"0\",\"averageValue\":\"5\"}}]" },
        { $"spec.metrics=[{OfExternal}]", "metrics",
            "[{\"type\":\"External\",\"external\":{\"metricName\":\"queue\",\"metricSelector\":{\"matchLabels\":{\"a\":\"b\"}},\"targetValue\":\"30\"}}]" },
        { $"status.currentMetrics=[{UsedCpu}]", "current-metrics",
            "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"currentAverageUtilization\":12,\"currentAverageValue\":\"25m\"}}]" },
        { "spec.behavior.scaleDown.stabilizationWindowSeconds=60", "behavior",
            "{\"ScaleUp\":{\"StabilizationWindowSeconds\":0,\"SelectPolicy\":\"Max\",\"Policies\":[{\"Type\":\"Pods\",\"Value\":4,\"PeriodSeconds\":15},{\"Type\":\"Percent\",\"Value\":100,\"PeriodSeconds\":15}]},\"ScaleDown\":{\"StabilizationWindowSeconds\":60,\"SelectPolicy\":\"Max\",\"Policies\":[{\"Type\":\"Percent\",\"Value\":100,\"PeriodSeconds\":15}]}}" },
        { "status.conditions=[{\"type\":\"AbleToScale\",\"status\":\"True\",\"reason\":\"R\"}]", "conditions",
            "[{\"type\":\"AbleToScale\",\"status\":\"True\",\"reason\":\"R\"}]" },
    };

    [Theory, MemberData(nameof(Annotations))]
    public void The_older_version_carries_the_rest_in_annotations(string edit, string name, string expected) =>
        Older.Kind.FromStored(Scaler(edit)).Metadata.Annotations[$"autoscaling.alpha.kubernetes.io/{name}"]
            .ShouldBe(expected, edit);

    [Fact]
    public void Metrics_of_the_older_version_are_those_of_the_newer_one()
    {
        var older = Given.Of<Older>(Older.Kind, Target, Max, "spec.targetCPUUtilizationPercentage=60",
            "metadata.annotations={\"autoscaling.alpha.kubernetes.io/metrics\":\"[{\\\"type\\\":\\\"Resource\\\",\\\"resource\\\":{\\\"name\\\":\\\"memory\\\",\\\"targetAverageUtilization\\\":70}}]\"}");
        Given.At(Older.Kind.ToStored(older), "spec.metrics").ShouldBe(
            "[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":70}}},{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":60}}}]");
    }

    [Fact]
    public void An_annotation_that_nobody_can_read_counts_for_nothing()
    {
        var older = Given.Of<Older>(Older.Kind, Target, Max,
            "metadata.annotations={\"autoscaling.alpha.kubernetes.io/metrics\":\"{\",\"a\":\"b\"}");
        var stored = (Newer)Older.Kind.ToStored(older);
        stored.Spec.Metrics.ShouldBeEmpty();
        stored.Metadata.Annotations.Keys.ShouldBe(["a"]);
    }

    [Fact]
    public void Versions_are_found_by_name()
    {
        KindRegistry.Find("autoscaling", "horizontalpodautoscalers").ShouldBe(Newer.Kind);
        KindRegistry.Find("autoscaling", "v1", "horizontalpodautoscalers").ShouldBe(Older.Kind);
        KindRegistry.Find("autoscaling", "v3", "horizontalpodautoscalers").ShouldBeNull();
        Older.Kind.Stored.ShouldBe(Newer.Kind);
    }

    private static Newer Scaler(string edit) => Given.Of<Newer>(Newer.Kind, Target, Max, edit);
}
