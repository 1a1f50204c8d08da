// Named checks with @kubernetes/client-node. Each is reported on a line of its own: "ok - name", or "not ok - name" and
// what went wrong in lines that begin with "# ".
// CLIENT is the library's main file; KUBECONFIG, NAMESPACE and IMAGE say where and what with.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';

export const k8s = await import(pathToFileURL(process.env.CLIENT));
export const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
export const namespace = process.env.NAMESPACE;
export const core = config.makeApiClient(k8s.CoreV1Api);
export const apps = config.makeApiClient(k8s.AppsV1Api);

const secondsMax = 40;
const checks = [];

/** Declares a check. The name is the sentence that is reported. */
export function check(name, body) {
  checks.push({ name, body });
}

/** Runs the declared checks in a namespace of their own and ends the process. */
export async function run() {
  let escaped = [];
  // What a callback of the library throws reaches no caller.
  process.on('uncaughtException', (error) => escaped.push(error));
  process.on('unhandledRejection', (error) => escaped.push(error));
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  for (const { name, body } of checks) {
    escaped = [];
    try {
      await within(secondsMax, body());
      if (escaped.length > 0) throw escaped[0];
      console.log(`ok - ${name}`);
    } catch (error) {
      console.log(`not ok - ${name}`);
      for (const line of String(error?.stack ?? error?.message ?? error).split('\n').slice(0, 30)) {
        console.log(`# ${line}`);
      }
    }
  }
  await core.deleteNamespace({ name: namespace });
  process.exit(0);
}

/** Looks again and again until the look returns something true. */
export async function eventually(what, look, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`after ${seconds} s not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends a promise that takes too long. */
export async function within(seconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The refusal that a call ends with: its code and the Status in its body. */
export async function refused(code, call) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    assert.equal(error.code, code, `refused otherwise: ${error.message}`);
    return typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  }
  throw new Error(`not refused: ${JSON.stringify(answer)}`);
}

/** How a patch is to be read, as an option of a call. */
export function patchedAs(strategy) {
  return k8s.setHeaderOptions('Content-Type', strategy);
}

/** A shell line that ends at once when it is asked to. */
export const forever = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";

/** A pod of one container named main. */
export function pod(name, script, more = {}) {
  return {
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: process.env.IMAGE, command: ['sh', '-c', script], ...more }],
    },
  };
}

/** A deployment of such pods. */
export function deployment(name, replicas) {
  const { metadata, spec } = pod(name, forever);
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: metadata.labels }, spec },
    },
  };
}

/** Creates a pod and waits until it is ready. */
export async function ready(body) {
  await core.createNamespacedPod({ namespace, body });
  const { name } = body.metadata;
  return eventually(`pod ${name} is ready`, async () => {
    const seen = await core.readNamespacedPod({ namespace, name });
    return seen.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') && seen;
  });
}
