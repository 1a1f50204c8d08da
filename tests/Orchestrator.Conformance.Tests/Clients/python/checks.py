"""Named checks with python3-kubernetes.

Each is reported on a line of its own: "ok - name", or "not ok - name" and what went wrong in lines that begin with
"# ".
KUBECONFIG, NAMESPACE and IMAGE say where and what with.
"""
import json
import os
import time
import traceback

from kubernetes import client, config

config.load_kube_config(config_file=os.environ["KUBECONFIG"])
NAMESPACE = os.environ["NAMESPACE"]
core = client.CoreV1Api()
apps = client.AppsV1Api()
batch = client.BatchV1Api()

# A shell line that ends at once when it is asked to.
FOREVER = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done"

_checks = []


def check(name):
    """Declares a check. The name is the sentence that is reported."""
    def declare(body):
        _checks.append((name, body))
        return body
    return declare


def run():
    """Runs the declared checks in a namespace of their own."""
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
    for name, body in _checks:
        try:
            body()
            print(f"ok - {name}", flush=True)
        except Exception:  # whatever it is, it is told, and the other checks are made
            print(f"not ok - {name}")
            for line in traceback.format_exc().splitlines()[-30:]:
                print(f"# {line}", flush=True)
    core.delete_namespace(NAMESPACE)


def eventually(what, look, seconds=30):
    """Looks again and again until the look returns something true."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s not yet: {what}")
        time.sleep(0.1)


def refused(code, call, *args, **more):
    """The Status in the body of the refusal that a call ends with."""
    try:
        answer = call(*args, **more)
    except client.exceptions.ApiException as refusal:
        assert refusal.status == code, f"refused otherwise: {refusal}"
        return json.loads(refusal.body)
    raise AssertionError(f"not refused: {answer}")


def pod(name, script, **more):
    """A pod of one container named main."""
    container = {"name": "main", "image": os.environ["IMAGE"], "command": ["sh", "-c", script], **more}
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]},
    }


def template(name, **more):
    """Such a pod as a template."""
    made = pod(name, FOREVER)
    return {"metadata": {"labels": {"app": name}}, "spec": {**made["spec"], **more}}


def deployment(name, replicas):
    """A deployment of such pods."""
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(name),
        },
    }


def ready(body):
    """Creates a pod and waits until it is ready."""
    core.create_namespaced_pod(NAMESPACE, body)
    name = body["metadata"]["name"]

    def look():
        seen = core.read_namespaced_pod(name, NAMESPACE)
        return any(c.type == "Ready" and c.status == "True" for c in seen.status.conditions or []) and seen
    return eventually(f"pod {name} is ready", look)
