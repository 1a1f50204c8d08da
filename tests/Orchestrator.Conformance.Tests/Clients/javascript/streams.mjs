// Streams of running pods: exec, attach, logs, port-forward and cp; and what pods use.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { check, config, core, eventually, forever, k8s, namespace, pod, ready, refused, run } from './checks.mjs';

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  chunks = [];
  _write(chunk, encoding, done) {
    this.chunks.push(Buffer.from(chunk, encoding));
    done();
  }
  get bytes() { return Buffer.concat(this.chunks); }
  get text() { return this.bytes.toString(); }
}

/** Runs a command in a pod; how it ended, and what it wrote. */
async function exec(name, command, input = null, tty = false, out = new Kept()) {
  const error = tty ? null : new Kept();
  const status = await new Promise((resolve, reject) => {
    new k8s.Exec(config).exec(namespace, name, 'main', command, out, error, input, tty, resolve).then((socket) => {
      socket.on('close', () => reject(new Error(`closed without a status; written: ${out.text}${error?.text}`)));
    }, reject);
  });
  return { status, out: out.text, bytes: out.bytes, error: error?.text };
}

check('a command writes and ends', async () => {
  await ready(pod('streams', forever));
  const { status, out, error } = await exec('streams', ['sh', '-c', 'echo one; echo two >&2']);
  assert.equal(status.status, 'Success');
  assert.deepEqual([out, error], ['one\n', 'two\n']);
});

check('the exit code of a command is told', async () => {
  const { status } = await exec('streams', ['sh', '-c', 'exit 3']);
  assert.equal(status.status, 'Failure');
  assert.equal(status.reason, 'NonZeroExitCode');
  assert.deepEqual(status.details.causes, [{ reason: 'ExitCode', message: '3' }]);
  assert.match(status.message, /command terminated with (non-zero )?exit code/);
});

check('a command that is not there is told', async () => {
  const { status, out } = await exec('streams', ['no-such-program']);
  assert.equal(status.status, 'Failure');
  assert.match(JSON.stringify(status) + out, /no-such-program/);
});

check('a command reads to the end of its input', async () => {
  const input = new PassThrough();
  input.end('some\nwords\n');
  const { status, out } = await exec('streams', ['cat'], input);
  assert.equal(status.status, 'Success');
  assert.equal(out, 'some\nwords\n');
});

check('much goes through unharmed both ways', async () => {
  const bytes = randomBytes(2 * 1024 * 1024);
  const { bytes: back } = await exec('streams', ['cat'], Readable.from([bytes], { objectMode: false }));
  assert.equal(createHash('sha256').update(back).digest('hex'), createHash('sha256').update(bytes).digest('hex'));
});

check('a terminal has the size of ours', async () => {
  const screen = Object.assign(new Kept(), { rows: 33, columns: 111, isTTY: true });
  // Before its size has come, a terminal has none, and stty says so.
  const script = 'until stty size 2>/dev/null | grep -q 33; do sleep 0.1; done; stty size; '
    + 'until stty size 2>/dev/null | grep -q 44; do sleep 0.1; done; stty size';
  const ending = exec('streams', ['sh', '-c', script], new PassThrough(), true, screen);
  await eventually('the size has come', () => screen.text.includes('33 111'));
  screen.rows = 44;
  screen.emit('resize');
  const { status, out } = await ending;
  assert.equal(status.status, 'Success');
  assert.equal(out, '33 111\r\n44 111\r\n');
});

check('a pod that is not there refuses a command', async () => {
  await assert.rejects(new k8s.Exec(config).exec(namespace, 'nobody', 'main', ['true'], new Kept(), null, null, false)
    .catch((event) => { throw new Error(event.message); }), /404/);
  await assert.rejects(new k8s.Exec(config).exec(namespace, 'streams', 'no', ['true'], new Kept(), null, null, false)
    .catch((event) => { throw new Error(event.message); }), /400/);
});

check('who attaches hears and is heard', async () => {
  await ready(pod('attached', 'while read line; do echo heard $line; done', { stdin: true }));
  const [out, input] = [new Kept(), new PassThrough()];
  const socket = await new k8s.Attach(config).attach(namespace, 'attached', 'main', out, null, input, false);
  input.write('me\n');
  await eventually('the answer comes', () => out.text.includes('heard me\n'));
  socket.close();
});

check('logs are read', async () => {
  // The second time it stays, so that the first is the one before for good.
  const lines = pod('lines', 'for i in 1 2 3 4 5; do echo line $i; done; [ -e /v/again ] && exec sleep 1000; '
    + 'touch /v/again', { volumeMounts: [{ name: 'v', mountPath: '/v' }] });
  lines.spec.volumes = [{ name: 'v', emptyDir: {} }];
  await core.createNamespacedPod({ namespace, body: lines });
  await eventually('all is written', async () => (await core.readNamespacedPod({ namespace, name: 'lines' }))
    .status.containerStatuses?.[0].restartCount > 0);
  const log = (more) => core.readNamespacedPodLog({ namespace, name: 'lines', previous: true, ...more });
  assert.equal(await log(), 'line 1\nline 2\nline 3\nline 4\nline 5\n');
  assert.equal(await log({ tailLines: 2 }), 'line 4\nline 5\n');
  assert.equal(await log({ limitBytes: 6 }), 'line 1');
  assert.match(await log({ tailLines: 1, timestamps: true }), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z line 5\n$/);
  const status = await refused(400, () => log({ container: 'other' }));
  assert.match(status.message, /container other is not valid for pod lines/);
});

check('logs are followed until the pod ends', async () => {
  // It talks on when it is followed, however late that is.
  const talker = pod('follow', 'echo line 1; until [ -e /tmp/go ]; do sleep 0.1; done; '
    + 'for i in 2 3 4 5; do echo line $i; sleep 0.3; done; sleep 1');
  talker.spec.restartPolicy = 'Never';
  await ready(talker);
  const out = new Kept();
  const ended = new Promise((resolve) => out.on('finish', resolve));
  await new k8s.Log(config).log(namespace, 'follow', 'main', out, { follow: true, timestamps: false });
  await exec('follow', ['touch', '/tmp/go']);
  await ended;
  assert.equal(out.text, 'line 1\nline 2\nline 3\nline 4\nline 5\n');
  await assert.rejects(new k8s.Log(config).log(namespace, 'nobody', 'main', new Kept(), {}), { code: 404 });
});

check('a port is forwarded to many at once', async () => {
  const site = 'mkdir -p /www && echo hello from the pod > /www/index.html && exec httpd -f -p 8080 -h /www';
  await ready(pod('ports', site, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }));
  const forward = new k8s.PortForward(config);
  const trouble = new Kept();
  const server = createServer((socket) => forward.portForward(namespace, 'ports', [8080], socket, trouble, socket));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  await eventually('the first answer comes', () => fetch(url).then(() => true, () => false));
  const texts = await Promise.all(Array.from({ length: 8 }, () => fetch(url).then((answer) => answer.text())));
  assert.deepEqual(texts, Array(8).fill('hello from the pod\n'));
  assert.equal(trouble.text, '');
  server.close();
});

check('a port that nobody listens on is told', async () => {
  const [out, trouble] = [new Kept(), new Kept()];
  await new k8s.PortForward(config).portForward(namespace, 'ports', [9], out, trouble, new PassThrough());
  await eventually('the trouble is told', () => /refused/.test(trouble.text));
});

check('files are copied there and back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orc-clients-'));
  try {
    const bytes = randomBytes(300_000);
    await writeFile(join(folder, 'there.bin'), bytes);
    await new k8s.Cp(config).cpToPod(namespace, 'streams', 'main', folder, '/tmp');
    const sum = createHash('sha256').update(bytes).digest('hex');
    await eventually('the file is there', async () =>
      (await exec('streams', ['sh', '-c', 'sha256sum /tmp/there.bin || true'])).out.startsWith(sum));
    // The library asks for a compressed archive up to 1.4 and cannot read one; so it is given one that is not.
    const bare = { exec: (ns, name, container, command, ...more) => new k8s.Exec(config).exec(
      ns, name, container, command.map((word) => word.replace('zcf', 'cf')), ...more) };
    await new k8s.Cp(config, bare).cpFromPod(namespace, 'streams', 'main', 'there.bin', join(folder, 'back'), '/tmp');
    const back = await eventually('the file is back', async () => {
      const read = await readFile(join(folder, 'back', 'there.bin')).catch(() => Buffer.alloc(0));
      return read.length === bytes.length && read;
    });
    assert.ok(back.equals(bytes), 'the file came back otherwise');
  } finally {
    await rm(folder, { recursive: true });
  }
});

check('what nodes and pods use is told', async () => {
  const metrics = new k8s.Metrics(config);
  const used = await eventually('the pod is measured', async () => {
    const pods = await k8s.topPods(core, metrics, namespace);
    return pods.find((one) => one.Pod.metadata.name === 'streams' && one.Memory.CurrentUsage > 0);
  });
  assert.equal(used.Containers[0].Container, 'main');
  assert.equal((await metrics.getPodMetrics(namespace)).kind, 'PodMetricsList');
  const nodes = await metrics.getNodeMetrics();
  assert.match(nodes.items[0].usage.cpu, /^\d+(n|u|m)?$/);
  const [node] = await k8s.topNodes(core);
  assert.ok(node.CPU.Capacity > 0 && node.Memory.Capacity > 0);
});

await run();
