using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Networking.V1;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>What kubectl goes by: names, headings, subresources.</summary>
public sealed class ServedKindTests
{
    public static TheoryData<string, string, string, string> Kinds => new()
    {
        // resource | short names, categories | subresources | headings
        { "services", "svc all", "status", "Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector*" },
        { "endpoints", "ep", "", "Name|Endpoints|Age" },
        { "podtemplates", "", "", "Name|Containers|Images|Pod Labels" },
        { "replicationcontrollers", "rc all", "status scale",
            "Name|Desired|Current|Ready|Age|Containers*|Images*|Selector*" },
        { "limitranges", "limits", "", "Name|Created At" },
        { "resourcequotas", "quota", "status", "Name|Age|Request|Limit" },
        { "persistentvolumes", "pv", "status",
            "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age|VolumeMode*" },
        { "persistentvolumeclaims", "pvc", "status",
            "Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|VolumeMode*" },
        { "endpointslices.discovery.k8s.io", "", "", "Name|AddressType|Ports|Endpoints|Age" },
        { "ingresses.networking.k8s.io", "ing", "status", "Name|Class|Hosts|Address|Ports|Age" },
        { "ingressclasses.networking.k8s.io", "", "", "Name|Controller|Parameters|Age" },
        { "networkpolicies.networking.k8s.io", "netpol", "", "Name|Pod-Selector|Age" },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void A_kind_is_served_as_kubectl_knows_it(string resource, string names, string subs, string headings)
    {
        var kind = KindRegistry.All.Single(kind => kind.Resource == resource);
        string.Join(" ", kind.ShortNames.Concat(kind.Categories)).ShouldBe(names);
        string.Join(" ", kind.Subresources.Select(sub => sub.Name)).ShouldBe(subs);
        Tables.Headings(kind).ShouldBe(headings);
    }

    [Fact]
    public void What_nothing_acts_on_yet_says_so()
    {
        Kind[] silent = [Pod.Kind, ConfigMap.Kind, PodTemplate.Kind, LimitRange.Kind, ResourceQuota.Kind,
            PersistentVolume.Kind, PersistentVolumeClaim.Kind];
        silent.ShouldAllBe(kind => kind.NotActedOnYet == null);
        Service.Kind.NotActedOnYet.ShouldBe("Services get an address, but nothing routes to it in this release");
        Kind[] saying = [Endpoints.Kind, EndpointSlice.Kind, ReplicationController.Kind,
            Ingress.Kind, IngressClass.Kind, NetworkPolicy.Kind];
        saying.ShouldAllBe(kind => kind.NotActedOnYet != null);
    }

    [Fact]
    public void Generations_are_counted_where_the_reference_counts_them()
    {
        Kind[] counted = [PodTemplate.Kind, ReplicationController.Kind, EndpointSlice.Kind, Ingress.Kind,
            IngressClass.Kind, NetworkPolicy.Kind];
        counted.ShouldAllBe(kind => kind.HasGeneration);
        Kind[] others = [Service.Kind, Endpoints.Kind, LimitRange.Kind, ResourceQuota.Kind, PersistentVolume.Kind,
            PersistentVolumeClaim.Kind];
        others.ShouldAllBe(kind => !kind.HasGeneration);
    }

    [Fact]
    public void Fields_can_be_selected()
    {
        var service = Given.Of<Service>(Service.Kind, "spec.clusterIP=\"None\"");
        Service.Kind.FieldValue(service, "spec.clusterIP").ShouldBe("None");
        Service.Kind.FieldValue(service, "spec.type").ShouldBe("ClusterIP");
        ReplicationController.Kind.FieldValue(new ReplicationController(), "status.replicas").ShouldBe("0");
    }
}
