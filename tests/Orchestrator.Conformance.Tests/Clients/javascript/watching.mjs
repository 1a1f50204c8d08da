// Watches and informers. What a restart of the server does to an informer is shown by informer.mjs.
import assert from 'node:assert/strict';
import { check, config, core, eventually, k8s, namespace, run } from './checks.mjs';

const path = `/api/v1/namespaces/${namespace}/configmaps`;
const create = (name, labels) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data: { a: '1' } } });
const remove = (name) => core.deleteNamespacedConfigMap({ namespace, name });
const told = (events) => events.map(([type, object]) => `${type} ${object.metadata?.name ?? object.code}`);

async function change(name) {
  const body = await core.readNamespacedConfigMap({ namespace, name });
  return core.replaceNamespacedConfigMap({ namespace, name, body: { ...body, data: { a: '2' } } });
}

/** Watches and notes what comes; ended is what the end of the watch says. */
async function watch(query) {
  const events = [];
  let end;
  const ended = new Promise((resolve) => { end = resolve; });
  const request = await new k8s.Watch(config).watch(
    path, query, (type, object) => events.push([type, object]), (error) => end(error));
  return { events, ended, request };
}

check('a watch tells of everything in its order', async () => {
  const { metadata } = await core.listNamespacedConfigMap({ namespace });
  const { events, request, ended } = await watch({ resourceVersion: metadata.resourceVersion, labelSelector: 'w=1' });
  await create('one', { w: '1' });
  await create('other', { w: '2' });
  await change('one');
  await remove('one');
  await eventually('three events came', () => events.length >= 3);
  assert.deepEqual(told(events), ['ADDED one', 'MODIFIED one', 'DELETED one']);
  const versions = events.map(([, object]) => Number(object.metadata.resourceVersion));
  assert.deepEqual(versions, [...versions].sort((a, b) => a - b));
  request.abort();
  await ended;
});

check('a watch without a version begins with what there is', async () => {
  await create('there', { w: '3' });
  const { events, request, ended } = await watch({ labelSelector: 'w=3' });
  await eventually('it came', () => events.length === 1);
  assert.deepEqual(told(events), ['ADDED there']);
  request.abort();
  await ended;
});

check('a watch from an older version tells what has happened since', async () => {
  const { metadata } = await create('past', { w: '4' });
  await change('past');
  await remove('past');
  const { events, request, ended } = await watch({ resourceVersion: metadata.resourceVersion, labelSelector: 'w=4' });
  await eventually('two events came', () => events.length === 2);
  assert.deepEqual(told(events), ['MODIFIED past', 'DELETED past']);
  request.abort();
  await ended;
});

check('an object that leaves the selection is told as deleted', async () => {
  const { events, request, ended } = await watch({ labelSelector: 'w=5', resourceVersion: '0' });
  const body = await create('leaves', { w: '5' });
  body.metadata.labels = { w: '6' };
  await core.replaceNamespacedConfigMap({ namespace, name: 'leaves', body });
  await eventually('two events came', () => events.length === 2);
  assert.deepEqual(told(events), ['ADDED leaves', 'DELETED leaves']);
  request.abort();
  await ended;
});

check('a watch ends by itself when its time is up', async () => {
  const { ended } = await watch({ timeoutSeconds: 1 });
  assert.ok(!(await ended), 'the watch ended with an error');
});

check('bookmarks and initial events are told when asked for', async () => {
  await create('initial', { w: '7' });
  const { events, request, ended } = await watch({
    labelSelector: 'w=7', sendInitialEvents: true, allowWatchBookmarks: true,
    resourceVersionMatch: 'NotOlderThan', resourceVersion: '0',
  });
  await eventually('a bookmark came', () => events.some(([type]) => type === 'BOOKMARK'));
  assert.deepEqual(told(events.slice(0, 1)), ['ADDED initial']);
  assert.equal(events[1][1].metadata.annotations['k8s.io/initial-events-end'], 'true');
  request.abort();
  await ended;
});

check('a watch of what is not served is refused', async () => {
  let failure;
  await new k8s.Watch(config).watch('/api/v1/nothing', {}, () => {}, (error) => { failure ??= error; });
  await eventually('the watch ended', () => failure);
  assert.match(String(failure), /Not Found|404/);
});

check('an informer keeps a copy of what there is', async () => {
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'i=1' });
  await create('before', { i: '1' });
  const informer = k8s.makeInformer(config, path, list, 'i=1');
  const events = [];
  for (const verb of ['add', 'update', 'delete']) {
    informer.on(verb, (object) => events.push([verb, object]));
  }
  informer.on('error', (error) => events.push(['error', { code: String(error) }]));
  await informer.start();
  await create('after', { i: '1' });
  await change('before');
  await remove('after');
  await eventually('four events came', () => events.length >= 4);
  assert.deepEqual(told(events), ['add before', 'add after', 'update before', 'delete after']);
  assert.deepEqual(informer.list(namespace).map((object) => object.metadata.name), ['before']);
  assert.equal(informer.get('before', namespace).data.a, '2');
  await informer.stop();
});

await run();
