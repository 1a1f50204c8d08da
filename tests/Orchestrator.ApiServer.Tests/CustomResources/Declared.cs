namespace Orchestrator.ApiServer.Tests.CustomResources;

/// <summary>Definitions for tests of the API.</summary>
internal static class Declared
{
    public const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// <summary>A kind with all that a kind may have, in a group of its own.</summary>
    public static string CronTab(string group) => """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"crontabs.GROUP"},
         "spec":{"group":"GROUP","scope":"Namespaced",
          "names":{"plural":"crontabs","singular":"crontab","kind":"CronTab","shortNames":["ct"],"categories":["crons"]},
          "versions":[
           {"name":"v1","served":true,"storage":true,
            "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas",
             "statusReplicasPath":".status.replicas","labelSelectorPath":".status.labelSelector"}},
            "additionalPrinterColumns":[
             {"name":"Spec","type":"string","jsonPath":".spec.cronSpec","description":"When it runs"},
             {"name":"Replicas","type":"integer","jsonPath":".spec.replicas"},
             {"name":"Image","type":"string","jsonPath":".spec.image","priority":1},
             {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],
            "selectableFields":[{"jsonPath":".spec.image"}],
            "schema":{"openAPIV3Schema":{"type":"object","description":"Runs something now and then.","properties":{
             "spec":{"type":"object","required":["cronSpec"],"properties":{
              "cronSpec":{"type":"string","description":"When it runs, as cron says it.","pattern":"^(\\S+\\s+){4}\\S+$"},
              "image":{"type":"string","default":"busybox"},
              "replicas":{"type":"integer","minimum":0,"maximum":10},
              "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{
               "type":"object","required":["name"],"properties":{"name":{"type":"string"},"port":{"type":"integer"}}}},
              "limit":{"x-kubernetes-int-or-string":true},
              "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
             "status":{"type":"object","properties":{
              "replicas":{"type":"integer"},"labelSelector":{"type":"string"}}}}}}},
           {"name":"v1beta1","served":true,"storage":false,"deprecated":true,
            "subresources":{"status":{}},
            "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """.Replace("GROUP", group);

    /// <summary>An object of it.</summary>
    public static string Tab(string group, string name, string spec = """{"cronSpec":"* * * * */5"}""") => $$$"""
        {"apiVersion":"{{{group}}}/v1","kind":"CronTab","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}
        """;
}
