"""Streams of running pods: exec, attach, logs and port-forward."""

from kubernetes import client
from kubernetes.stream import portforward, stream

from checks import FOREVER, NAMESPACE, check, core, eventually, pod, ready, refused, run

SITE = "mkdir -p /www && echo hello from the pod > /www/index.html && exec httpd -f -p 8080 -h /www"

# Seconds until what is awaited counts as never.
PATIENCE = 30


def exec_(name, command, **more):
    options = {"stderr": True, "stdin": False, "stdout": True, "tty": False, **more}
    return stream(core.connect_get_namespaced_pod_exec, name, NAMESPACE, command=command, **options)


@check("a command's output is returned")
def _():
    ready(pod("streams", FOREVER))
    assert exec_("streams", ["echo", "one"]) == "one\n"


@check("output and errors are apart and the exit code is told")
def _():
    ran = exec_("streams", ["sh", "-c", "echo out; echo err >&2; exit 3"], _preload_content=False)
    ran.run_forever(timeout=PATIENCE)
    assert (ran.read_stdout(), ran.read_stderr()) == ("out\n", "err\n")
    assert ran.returncode == 3


@check("a command reads what is written to it")
def _():
    ran = exec_("streams", ["sh"], stdin=True, _preload_content=False)
    ran.write_stdin("echo first; read word; echo got $word\n")
    assert ran.readline_stdout(timeout=PATIENCE) == "first"
    ran.write_stdin("hello\n")
    assert ran.readline_stdout(timeout=PATIENCE) == "got hello"
    ran.write_stdin("exit 0\n")
    ran.run_forever(timeout=PATIENCE)
    assert ran.returncode == 0
    ran.close()


@check("a terminal is given")
def _():
    ran = exec_("streams", ["tty"], tty=True, stdin=True)
    assert ran.startswith("/dev/pts/"), ran


@check("a missing pod and a missing container are told")
def _():
    for name, container, status in (("nobody", "main", 404), ("streams", "other", 400)):
        try:
            exec_(name, ["true"], container=container)
            raise AssertionError(f"{name}/{container} ran a command")
        except client.exceptions.ApiException as refusal:
            assert f"Handshake status {status}" in str(refusal), refusal


@check("who attaches hears and is heard")
def _():
    ready(pod("attached", "while read line; do echo heard $line; done", stdin=True))
    attached = stream(core.connect_get_namespaced_pod_attach, "attached", NAMESPACE, stderr=False, stdin=True,
                      stdout=True, tty=False, _preload_content=False)
    attached.write_stdin("me\n")
    assert attached.readline_stdout(timeout=PATIENCE) == "heard me"
    attached.close()


@check("logs are read and followed")
def _():
    # It talks on when it is followed, however late that is.
    body = pod("lines", "echo line 1; until [ -e /tmp/go ]; do sleep 0.1; done; "
                        "for i in 2 3 4 5; do echo line $i; sleep 0.2; done; sleep 1")
    body["spec"]["restartPolicy"] = "Never"
    ready(body)
    follow = core.read_namespaced_pod_log("lines", NAMESPACE, follow=True, _preload_content=False)
    exec_("lines", ["touch", "/tmp/go"])
    assert b"".join(follow.stream()).decode() == "".join(f"line {i}\n" for i in range(1, 6))
    assert core.read_namespaced_pod_log("lines", NAMESPACE, tail_lines=1) == "line 5\n"
    assert core.read_namespaced_pod_log("lines", NAMESPACE, limit_bytes=6) == "line 1"
    assert refused(404, core.read_namespaced_pod_log, "nobody", NAMESPACE)["reason"] == "NotFound"


@check("a port is forwarded")
def _():
    ready(pod("ports", SITE, readinessProbe={"tcpSocket": {"port": 8080}, "periodSeconds": 1}))

    def ask():
        forward = portforward(core.connect_get_namespaced_pod_portforward, "ports", NAMESPACE, ports="8080")
        http = forward.socket(8080)
        http.setblocking(True)
        http.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = b""
        while chunk := http.recv(1024):
            answer += chunk
        http.close()
        return answer
    assert eventually("the pod answers", ask).endswith(b"hello from the pod\n")


@check("a port that nobody listens on is told")
def _():
    forward = portforward(core.connect_get_namespaced_pod_portforward, "ports", NAMESPACE, ports="9")
    forward.socket(9)
    trouble = eventually("the trouble is told", lambda: forward.error(9))
    assert "refused" in trouble, trouble


@check("a pod and a service answer through the server")
def _():
    assert core.connect_get_namespaced_pod_proxy_with_path("ports:8080", NAMESPACE, "index.html") \
        == "hello from the pod\n"
    core.create_namespaced_service(NAMESPACE, {
        "metadata": {"name": "site"},
        "spec": {"selector": {"app": "ports"}, "ports": [{"name": "web", "port": 80, "targetPort": 8080}]}})
    for name in ("site", "site:80", "site:web", "http:site:web"):
        assert core.connect_get_namespaced_service_proxy_with_path(name, NAMESPACE, "index.html") \
            == "hello from the pod\n", name


@check("what pods use is told")
def _():
    custom = client.CustomObjectsApi()

    def measured():
        try:
            return custom.get_namespaced_custom_object("metrics.k8s.io", "v1beta1", NAMESPACE, "pods", "ports")
        except client.exceptions.ApiException as refusal:
            assert refusal.status == 404
            return None
    assert eventually("the pod is measured", measured)["containers"][0]["name"] == "main"


run()
