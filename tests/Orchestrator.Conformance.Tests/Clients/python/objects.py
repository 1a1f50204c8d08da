"""Reading, writing and watching objects."""
import base64
import datetime
import json
import os
import tempfile

from kubernetes import client, dynamic, utils, watch

from checks import (FOREVER, NAMESPACE, apps, batch, check, core, deployment, eventually, pod, ready, refused, run,
                    template)


def config_map(name, data, **labels):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels or None), data=data)


@check("an object is created, read, replaced, listed and deleted")
def _():
    made = core.create_namespaced_config_map(NAMESPACE, config_map("crud", {"a": "1"}))
    assert isinstance(made.metadata.creation_timestamp, datetime.datetime)
    made.data["a"] = "2"
    assert core.replace_namespaced_config_map("crud", NAMESPACE, made).data == {"a": "2"}
    assert "crud" in [item.metadata.name for item in core.list_namespaced_config_map(NAMESPACE).items]
    assert core.delete_namespaced_config_map("crud", NAMESPACE).status == "Success"
    assert refused(404, core.read_namespaced_config_map, "crud", NAMESPACE)["reason"] == "NotFound"


@check("conflicts and duplicates are refused")
def _():
    old = core.create_namespaced_config_map(NAMESPACE, config_map("raced", {"a": "1"}))
    core.replace_namespaced_config_map("raced", NAMESPACE, config_map("raced", {"a": "2"}))
    assert refused(409, core.replace_namespaced_config_map, "raced", NAMESPACE, old)["reason"] == "Conflict"
    again = refused(409, core.create_namespaced_config_map, NAMESPACE, config_map("raced", {}))
    assert again["reason"] == "AlreadyExists"


@check("a long list comes in pages")
def _():
    for i in range(5):
        core.create_namespaced_config_map(NAMESPACE, config_map(f"page-{i}", {}, list="paged"))
    names, follow = [], None
    while follow is None or follow:
        page = core.list_namespaced_config_map(NAMESPACE, label_selector="list=paged", limit=2, _continue=follow)
        names += [item.metadata.name for item in page.items]
        follow = page.metadata._continue or ""
    assert names == [f"page-{i}" for i in range(5)], names
    assert refused(400, core.list_namespaced_config_map, NAMESPACE, limit=1, _continue="nonsense")["code"] == 400


@check("patches are strategic for a map and JSON for a list")
def _():
    apps.create_namespaced_deployment(NAMESPACE, deployment("patched", 0))
    second = {"spec": {"containers": [{"name": "second", "image": os.environ["IMAGE"]}]}}
    patched = apps.patch_namespaced_deployment("patched", NAMESPACE, {"spec": {"template": second}})
    assert {c.name for c in patched.spec.template.spec.containers} == {"main", "second"}
    steps = [{"op": "replace", "path": "/spec/replicas", "value": 1}]
    assert apps.patch_namespaced_deployment("patched", NAMESPACE, steps).spec.replicas == 1
    scale = apps.patch_namespaced_deployment_scale("patched", NAMESPACE, {"spec": {"replicas": 2}})
    assert scale.spec.replicas == 2 and scale.kind == "Scale"


@check("secrets keep their bytes")
def _():
    data = {"raw": base64.b64encode(bytes(range(256))).decode()}
    made = core.create_namespaced_secret(NAMESPACE, client.V1Secret(
        metadata=client.V1ObjectMeta(name="bytes"), data=data, string_data={"word": "pass"}))
    assert base64.b64decode(made.data["raw"]) == bytes(range(256)) and made.data["word"] == "cGFzcw=="


@check("a watch tells of everything in its order")
def _():
    version = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
    core.create_namespaced_config_map(NAMESPACE, config_map("watched", {"a": "1"}, w="1"))
    core.patch_namespaced_config_map("watched", NAMESPACE, {"data": {"a": "2"}})
    core.delete_namespaced_config_map("watched", NAMESPACE)
    seen, stream = [], watch.Watch()
    for event in stream.stream(core.list_namespaced_config_map, NAMESPACE, resource_version=version,
                               label_selector="w=1", timeout_seconds=10):
        seen.append((event["type"], event["object"].metadata.name))
        if len(seen) == 3:
            stream.stop()
    assert seen == [(what, "watched") for what in ("ADDED", "MODIFIED", "DELETED")], seen


@check("a watch begins with what there is and ends when its time is up")
def _():
    core.create_namespaced_config_map(NAMESPACE, config_map("there", {}, w="2"))
    events = list(watch.Watch().stream(core.list_namespaced_config_map, NAMESPACE, label_selector="w=2",
                                       timeout_seconds=1))
    assert [(e["type"], e["object"].metadata.name) for e in events] == [("ADDED", "there")], events


@check("a deployment is waited for, rolled out and deleted with what it owns")
def _():
    apps.create_namespaced_deployment(NAMESPACE, deployment("rolled", 2))

    def settled():
        seen = apps.read_namespaced_deployment_status("rolled", NAMESPACE)
        return (seen.status.observed_generation == seen.metadata.generation
                and seen.status.updated_replicas == 2 and seen.status.available_replicas == 2)
    eventually("two pods are available", settled)
    annotations = {"kubectl.kubernetes.io/restartedAt": "2025-01-01T00:00:00Z"}
    apps.patch_namespaced_deployment(
        "rolled", NAMESPACE, {"spec": {"template": {"metadata": {"annotations": annotations}}}})
    eventually("two new pods are available", settled)
    assert len(apps.list_namespaced_replica_set(NAMESPACE, label_selector="app=rolled").items) == 2
    apps.delete_namespaced_deployment("rolled", NAMESPACE, propagation_policy="Foreground")
    eventually("all of it is gone", lambda: not (
        apps.list_namespaced_deployment(NAMESPACE, field_selector="metadata.name=rolled").items
        or apps.list_namespaced_replica_set(NAMESPACE, label_selector="app=rolled").items
        or core.list_namespaced_pod(NAMESPACE, label_selector="app=rolled").items))


@check("orphans stay when their owner goes")
def _():
    apps.create_namespaced_deployment(NAMESPACE, deployment("parent", 1))
    eventually("its set is there", lambda: apps.list_namespaced_replica_set(
        NAMESPACE, label_selector="app=parent").items)
    apps.delete_namespaced_deployment("parent", NAMESPACE, body=client.V1DeleteOptions(propagation_policy="Orphan"))
    eventually("it is gone", lambda: not apps.list_namespaced_deployment(
        NAMESPACE, field_selector="metadata.name=parent").items)
    [left] = apps.list_namespaced_replica_set(NAMESPACE, label_selector="app=parent").items
    assert not left.metadata.owner_references and not left.metadata.deletion_timestamp
    apps.delete_namespaced_replica_set(left.metadata.name, NAMESPACE, propagation_policy="Background")
    eventually("its pods go with it", lambda: not core.list_namespaced_pod(
        NAMESPACE, label_selector="app=parent").items)


@check("jobs and cron jobs are created, read, listed and deleted")
def _():
    once = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"},
            "spec": {"suspend": True, "template": template("once", restartPolicy="Never")}}
    made = batch.create_namespaced_job(NAMESPACE, once)
    assert made.spec.backoff_limit == 6 and made.spec.suspend
    assert batch.read_namespaced_job_status("once", NAMESPACE).metadata.uid == made.metadata.uid
    nightly = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
               "spec": {"schedule": "0 3 * * *", "suspend": True, "jobTemplate": {"spec": {
                   "template": template("nightly", restartPolicy="Never")}}}}
    batch.create_namespaced_cron_job(NAMESPACE, nightly)
    [listed] = batch.list_namespaced_cron_job(NAMESPACE).items
    assert listed.spec.concurrency_policy == "Allow" and listed.spec.schedule == "0 3 * * *"
    batch.delete_namespaced_cron_job("nightly", NAMESPACE)
    batch.delete_namespaced_job("once", NAMESPACE, propagation_policy="Background")
    eventually("both are gone", lambda: not (
        batch.list_namespaced_job(NAMESPACE).items or batch.list_namespaced_cron_job(NAMESPACE).items))


@check("the dynamic client reads, applies, conflicts and watches")
def _():
    client_ = dynamic.DynamicClient(client.ApiClient())
    maps = client_.resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "1"}}

    def apply(manager, **more):
        # The library sends a body of this type as it is given.
        return maps.server_side_apply(body=json.dumps(body), name="applied", namespace=NAMESPACE,
                                      field_manager=manager, **more)
    made = apply("one")
    assert made.metadata.managedFields[0].manager == "one"
    body["data"]["a"] = "2"
    try:
        apply("two")
        raise AssertionError("another manager may not take a field unasked")
    except dynamic.exceptions.ConflictError as conflict:
        assert 'conflict with "one": .data.a' in json.loads(conflict.body)["message"], conflict.body
    assert apply("two", force_conflicts=True).data.a == "2"
    sets = client_.resources.get(api_version="apps/v1", kind="Deployment")
    sets.create(body=deployment("dynamic", 0), namespace=NAMESPACE)
    patch = {"metadata": {"labels": {"seen": "yes"}}}
    sets.patch(body=patch, name="dynamic", namespace=NAMESPACE, content_type="application/merge-patch+json")
    listed = sets.get(namespace=NAMESPACE, label_selector="seen=yes")
    assert [item.metadata.name for item in listed.items] == ["dynamic"]
    for event in sets.watch(namespace=NAMESPACE, label_selector="seen=yes", timeout=5):
        assert (event["type"], event["object"].metadata.name) == ("ADDED", "dynamic")
        break
    sets.delete(name="dynamic", namespace=NAMESPACE)


@check("a file of several objects is created")
def _():
    text = "\n---\n".join([
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-file}\ndata: {a: '1'}",
        "apiVersion: v1\nkind: Service\nmetadata: {name: from-file}\nspec: {ports: [{port: 80}], selector: {app: a}}",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: from-file}\n"
        "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]",
    ])
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        made = utils.create_from_yaml(client.ApiClient(), file.name, namespace=NAMESPACE)
        assert [one[0].metadata.name for one in made] == ["from-file"] * 3
        try:
            utils.create_from_yaml(client.ApiClient(), file.name, namespace=NAMESPACE)
            raise AssertionError("what exists is not created again")
        except utils.FailToCreateError as failure:
            assert [one.status for one in failure.api_exceptions] == [409] * 3
    assert core.read_namespaced_service("from-file", NAMESPACE).spec.cluster_ip.startswith("10.96.")


@check("a pod is evicted")
def _():
    core.create_namespaced_pod(NAMESPACE, pod("evicted", FOREVER))
    core.create_namespaced_pod_eviction("evicted", NAMESPACE, client.V1Eviction(
        metadata=client.V1ObjectMeta(name="evicted", namespace=NAMESPACE)))
    eventually("it is gone", lambda: not core.list_namespaced_pod(NAMESPACE, label_selector="app=evicted").items)


@check("a status is read and written apart from the object")
def _():
    ready(pod("status", FOREVER))
    condition = {"type": "example.com/Checked", "status": "True"}
    patched = core.patch_namespaced_pod_status("status", NAMESPACE, {"status": {"conditions": [condition]}})
    assert {"example.com/Checked", "Ready"} <= {c.type for c in patched.status.conditions}
    assert core.read_namespaced_pod_status("status", NAMESPACE).status.phase == "Running"
    assert core.delete_namespaced_pod("status", NAMESPACE, grace_period_seconds=0).metadata.name == "status"
    eventually("it is gone", lambda: not core.list_namespaced_pod(NAMESPACE, label_selector="app=status").items)


@check("what I may do is told")
def _():
    attributes = client.V1ResourceAttributes(verb="delete", resource="pods", namespace=NAMESPACE)
    review = client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=attributes)))
    assert review.status.allowed


# The models refuse an answer that lacks what the schema requires, so reading is a check of each kind's form.
@check("every list of every served group is understood")
def _():
    served, understood = set(), 0
    for group in client.ApisApi().get_api_versions().groups:
        served |= {version.group_version for version in group.versions}
    # The model of the newer events wants a time that older ones lack in Kubernetes, too.
    skipped = {client.EventsV1Api}
    for api in {getattr(client, name) for name in dir(client) if name.endswith("Api")} - skipped:
        resources = getattr(api, "get_api_resources", None)
        if resources is None or (api is not client.CoreV1Api and not _group(api) & served):
            continue
        for name in dir(api):
            if not name.startswith("list_") or name.endswith("_with_http_info"):
                continue
            args = (NAMESPACE,) if "_namespaced_" in name else ()
            try:
                assert getattr(api(), name)(*args).items is not None, name
                understood += 1
            except client.exceptions.ApiException as refusal:
                assert refusal.status == 404, f"{name}: {refusal}"
            except ValueError as misunderstanding:
                raise AssertionError(f"{name}: {misunderstanding}") from misunderstanding
    assert understood > 40, understood


def _group(api):
    try:
        return {api().get_api_resources().group_version}
    except client.exceptions.ApiException:
        return set()


run()
