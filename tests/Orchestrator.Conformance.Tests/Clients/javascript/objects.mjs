// Reading and writing objects, lists and patches.
import assert from 'node:assert/strict';
import { apps, check, config, core, deployment, eventually, forever, k8s, namespace, patchedAs, pod, refused, run }
  from './checks.mjs';

const map = (name, data, labels) => ({ metadata: { name, labels }, data });

check('an object is created, read, replaced, listed and deleted', async () => {
  const made = await core.createNamespacedConfigMap({ namespace, body: map('crud', { a: '1' }) });
  assert.ok(made.metadata.creationTimestamp instanceof Date);
  assert.match(made.metadata.uid, /^[0-9a-f-]{36}$/);
  const read = await core.readNamespacedConfigMap({ namespace, name: 'crud' });
  assert.deepEqual(read.data, { a: '1' });
  assert.equal(read.metadata.resourceVersion, made.metadata.resourceVersion);
  read.data.a = '2';
  const replaced = await core.replaceNamespacedConfigMap({ namespace, name: 'crud', body: read });
  assert.equal(replaced.data.a, '2');
  assert.notEqual(replaced.metadata.resourceVersion, made.metadata.resourceVersion);
  const listed = await core.listNamespacedConfigMap({ namespace });
  assert.ok(listed.items.some((item) => item.metadata.name === 'crud' && item.data.a === '2'));
  const deleted = await core.deleteNamespacedConfigMap({ namespace, name: 'crud' });
  assert.equal(deleted.status, 'Success');
  const status = await refused(404, () => core.readNamespacedConfigMap({ namespace, name: 'crud' }));
  assert.equal(status.reason, 'NotFound');
  assert.equal(status.message, 'configmaps "crud" not found');
});

check('an object that exists is not created again', async () => {
  await core.createNamespacedConfigMap({ namespace, body: map('twice', {}) });
  const status = await refused(409, () => core.createNamespacedConfigMap({ namespace, body: map('twice', {}) }));
  assert.equal(status.reason, 'AlreadyExists');
});

check('a replacement of an old version is a conflict', async () => {
  const old = await core.createNamespacedConfigMap({ namespace, body: map('raced', { a: '1' }) });
  await core.replaceNamespacedConfigMap({ namespace, name: 'raced', body: { ...old, data: { a: '2' } } });
  const status = await refused(409, () =>
    core.replaceNamespacedConfigMap({ namespace, name: 'raced', body: { ...old, data: { a: '3' } } }));
  assert.equal(status.reason, 'Conflict');
  assert.match(status.message, /the object has been modified/);
});

check('an invalid object is refused field by field', async () => {
  const body = deployment('Wrong_Name', -1);
  const status = await refused(422, () => apps.createNamespacedDeployment({ namespace, body }));
  assert.equal(status.reason, 'Invalid');
  const fields = status.details.causes.map((cause) => cause.field);
  assert.ok(fields.includes('metadata.name') && fields.includes('spec.replicas'), JSON.stringify(fields));
});

check('a generated name is given', async () => {
  const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { generateName: 'some-' } } });
  assert.match(made.metadata.name, /^some-[a-z0-9]{5}$/);
});

check('a dry run leaves nothing behind', async () => {
  const body = map('dry', { a: '1' });
  const made = await core.createNamespacedConfigMap({ namespace, body, dryRun: 'All' });
  assert.equal(made.metadata.name, 'dry');
  await refused(404, () => core.readNamespacedConfigMap({ namespace, name: 'dry' }));
});

check('a long list comes in pages of one version', async () => {
  for (let i = 0; i < 5; i++) {
    await core.createNamespacedConfigMap({ namespace, body: map(`page-${i}`, {}, { list: 'paged' }) });
  }
  const [names, versions] = [[], new Set()];
  let next;
  do {
    const page = await core.listNamespacedConfigMap(
      { namespace, labelSelector: 'list=paged', limit: 2, _continue: next });
    names.push(...page.items.map((item) => item.metadata.name));
    versions.add(page.metadata.resourceVersion);
    next = page.metadata._continue;
    assert.ok(page.items.length <= 2);
  } while (next);
  assert.deepEqual(names, ['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
  assert.equal(versions.size, 1);
  const first = await core.listNamespacedConfigMap({ namespace, limit: 1 });
  assert.ok(first.metadata.remainingItemCount >= 4);
  await refused(400, () => core.listNamespacedConfigMap({ namespace, limit: 1, _continue: 'nonsense' }));
});

check('lists are narrowed by labels and fields', async () => {
  await core.createNamespacedConfigMap({ namespace, body: map('red', {}, { colour: 'red' }) });
  await core.createNamespacedConfigMap({ namespace, body: map('blue', {}, { colour: 'blue' }) });
  const names = async (by) =>
    (await core.listNamespacedConfigMap({ namespace, ...by })).items.map((item) => item.metadata.name);
  assert.deepEqual(await names({ labelSelector: 'colour in (red, green)' }), ['red']);
  assert.deepEqual(await names({ labelSelector: 'colour,colour!=red' }), ['blue']);
  assert.deepEqual(await names({ fieldSelector: 'metadata.name=blue' }), ['blue']);
  await refused(400, () => core.listNamespacedConfigMap({ namespace, fieldSelector: 'data.a=1' }));
});

check('a collection is deleted by labels', async () => {
  await core.createNamespacedConfigMap({ namespace, body: map('go-1', {}, { go: 'yes' }) });
  await core.createNamespacedConfigMap({ namespace, body: map('go-2', {}, { go: 'yes' }) });
  await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'go=yes' });
  const left = await core.listNamespacedConfigMap({ namespace, labelSelector: 'go' });
  assert.deepEqual(left.items, []);
});

check('a JSON patch tests and replaces', async () => {
  await core.createNamespacedConfigMap({ namespace, body: map('json', { a: '1' }) });
  const options = patchedAs(k8s.PatchStrategy.JsonPatch);
  const patched = await core.patchNamespacedConfigMap({ namespace, name: 'json', body: [
    { op: 'test', path: '/data/a', value: '1' }, { op: 'replace', path: '/data/a', value: '2' },
  ] }, options);
  assert.equal(patched.data.a, '2');
  await refused(422, () => core.patchNamespacedConfigMap(
    { namespace, name: 'json', body: [{ op: 'test', path: '/data/a', value: '1' }] }, options));
});

check('a merge patch sets and removes', async () => {
  await core.createNamespacedConfigMap({ namespace, body: map('merge', { a: '1', b: '1' }) });
  const patched = await core.patchNamespacedConfigMap(
    { namespace, name: 'merge', body: { data: { a: null, b: '2' } } }, patchedAs(k8s.PatchStrategy.MergePatch));
  assert.deepEqual(patched.data, { b: '2' });
});

check('a strategic patch merges containers by their names', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('strategic', 0) });
  const template = { spec: { containers: [{ name: 'second', image: process.env.IMAGE }] } };
  const patched = await apps.patchNamespacedDeployment(
    { namespace, name: 'strategic', body: { spec: { template } } }, patchedAs(k8s.PatchStrategy.StrategicMergePatch));
  assert.deepEqual(patched.spec.template.spec.containers.map((c) => c.name).sort(), ['main', 'second']);
});

check('an apply owns its fields and conflicts with others', async () => {
  const options = patchedAs(k8s.PatchStrategy.ServerSideApply);
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { a: '1' } };
  const apply = (data, fieldManager, force) => core.patchNamespacedConfigMap(
    { namespace, name: 'applied', body: { ...body, data }, fieldManager, force }, options);
  const made = await apply({ a: '1' }, 'one');
  assert.equal(made.metadata.managedFields[0].manager, 'one');
  assert.equal(made.metadata.managedFields[0].operation, 'Apply');
  const status = await refused(409, () => apply({ a: '2' }, 'two'));
  assert.match(status.message, /conflict with "one": \.data\.a/);
  assert.equal((await apply({ a: '2' }, 'two', true)).data.a, '2');
});

check('the scale of a deployment is read and written apart', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('scaled', 0) });
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'scaled' });
  assert.equal(scale.kind, 'Scale');
  assert.equal(scale.spec.replicas ?? 0, 0);
  assert.equal(scale.status.selector, 'app=scaled');
  // Without a version it cannot conflict with what the deployment's controller writes meanwhile.
  delete scale.metadata.resourceVersion;
  scale.spec.replicas = 1;
  await apps.replaceNamespacedDeploymentScale({ namespace, name: 'scaled', body: scale });
  await eventually('one pod is ready', async () =>
    (await apps.readNamespacedDeploymentStatus({ namespace, name: 'scaled' })).status.readyReplicas === 1);
  await apps.patchNamespacedDeploymentScale(
    { namespace, name: 'scaled', body: { spec: { replicas: 0 } } }, patchedAs(k8s.PatchStrategy.MergePatch));
  await eventually('no pod is left', async () =>
    (await core.listNamespacedPod({ namespace, labelSelector: 'app=scaled' })).items.length === 0);
});

check('a deployment rolls out, owns its sets and takes them with it', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('rolled', 2) });
  const settled = () => eventually('two updated pods are available', async () => {
    const { metadata, spec, status } = await apps.readNamespacedDeployment({ namespace, name: 'rolled' });
    return status.observedGeneration === metadata.generation && status.updatedReplicas === 2
      && status.availableReplicas === 2 && status.replicas === spec.replicas;
  });
  await settled();
  const annotations = { 'kubectl.kubernetes.io/restartedAt': '2025-01-01T00:00:00Z' };
  await apps.patchNamespacedDeployment(
    { namespace, name: 'rolled', body: { spec: { template: { metadata: { annotations } } } } },
    patchedAs(k8s.PatchStrategy.StrategicMergePatch));
  await settled();
  const sets = (await apps.listNamespacedReplicaSet({ namespace, labelSelector: 'app=rolled' })).items;
  assert.equal(sets.length, 2);
  for (const set of sets) assert.equal(set.metadata.ownerReferences[0].kind, 'Deployment');
  await apps.deleteNamespacedDeployment({ namespace, name: 'rolled', body: { propagationPolicy: 'Foreground' } });
  await eventually('the deployment, its sets and its pods are gone', async () =>
    (await apps.listNamespacedDeployment({ namespace, fieldSelector: 'metadata.name=rolled' })).items.length === 0
      && (await apps.listNamespacedReplicaSet({ namespace, labelSelector: 'app=rolled' })).items.length === 0
      && (await core.listNamespacedPod({ namespace, labelSelector: 'app=rolled' })).items.length === 0);
});

check('objects of any kind go through KubernetesObjectApi', async () => {
  const client = k8s.KubernetesObjectApi.makeApiClient(config);
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', ...deployment('any', 0) };
  body.metadata.namespace = namespace;
  const made = await client.create(body);
  assert.ok(made.metadata.creationTimestamp instanceof Date);
  const read = await client.read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'any', namespace } });
  assert.equal(read.metadata.uid, made.metadata.uid);
  const patch = { ...body, metadata: { name: 'any', namespace, labels: { seen: 'yes' } }, spec: {} };
  const patched = await client.patch(patch);
  assert.equal(patched.metadata.labels.seen, 'yes');
  const replaced = await client.replace({ ...patched, metadata: { ...patched.metadata, labels: { seen: 'no' } } });
  assert.equal(replaced.metadata.labels.seen, 'no');
  const listed = await client.list('apps/v1', 'Deployment', namespace, undefined, undefined, undefined, undefined,
    'seen=no');
  assert.deepEqual(listed.items.map((item) => item.metadata.name), ['any']);
  await client.patch({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace }, data: { a: '1' } },
    undefined, undefined, 'checks', true, k8s.PatchStrategy.ServerSideApply);
  await client.delete(body);
  await eventually('it is gone', async () => (await client.list('apps/v1', 'Deployment', namespace, undefined,
    undefined, undefined, 'metadata.name=any')).items.length === 0);
  await assert.rejects(client.read({ apiVersion: 'v1', kind: 'Nothing', metadata: { name: 'x' } }), /Unrecognized/);
});

check('secrets, leases and times keep their forms', async () => {
  const secret = await core.createNamespacedSecret({ namespace, body:
    { metadata: { name: 'forms' }, stringData: { word: 'pass' }, data: { raw: 'AAEC' } } });
  assert.deepEqual(secret.data, { word: 'cGFzcw==', raw: 'AAEC' });
  assert.equal(secret.type, 'Opaque');
  const coordination = config.makeApiClient(k8s.CoordinationV1Api);
  const renewTime = new k8s.V1MicroTime('2025-01-02T03:04:05.678Z');
  const lease = await coordination.createNamespacedLease({ namespace, body:
    { metadata: { name: 'forms' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime } } });
  assert.equal(new Date(lease.spec.renewTime).getTime(), Date.UTC(2025, 0, 2, 3, 4, 5, 678));
});

check('a pod is evicted', async () => {
  await core.createNamespacedPod({ namespace, body: pod('evicted', forever) });
  const answer = await core.createNamespacedPodEviction(
    { namespace, name: 'evicted', body: { metadata: { name: 'evicted', namespace } } });
  assert.equal(answer.kind, 'Status');
  await eventually('it is gone', async () =>
    (await core.listNamespacedPod({ namespace, labelSelector: 'app=evicted' })).items.length === 0);
});

check('an account gets a token that the server knows', async () => {
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
  const request = await core.createNamespacedServiceAccountToken(
    { namespace, name: 'robot', body: { spec: { audiences: [], expirationSeconds: 600 } } });
  const robot = new k8s.KubeConfig();
  robot.loadFromClusterAndUser(config.getCurrentCluster(), { name: 'robot', token: request.status.token });
  const review = await robot.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  assert.equal(review.status.userInfo.username, `system:serviceaccount:${namespace}:robot`);
});

check('what I may do is told', async () => {
  const authorization = config.makeApiClient(k8s.AuthorizationV1Api);
  const resourceAttributes = { verb: 'delete', resource: 'pods', namespace };
  const review = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  assert.equal(review.status.allowed, true);
  const rules = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  assert.ok(rules.status.resourceRules.length > 0);
});

check('the server says what it is and what it serves', async () => {
  const version = await config.makeApiClient(k8s.VersionApi).getCode();
  assert.match(version.gitVersion, /^v1\.\d+\.\d+/);
  const groups = await config.makeApiClient(k8s.ApisApi).getAPIVersions();
  assert.ok(groups.groups.some((group) => group.name === 'apps'));
  const resources = await apps.getAPIResources();
  assert.ok(resources.resources.some((resource) => resource.name === 'deployments/scale'));
  assert.deepEqual((await config.makeApiClient(k8s.CoreApi).getAPIVersions()).versions, ['v1']);
  assert.equal(await new k8s.Health(config).readyz({}), true);
  assert.equal(await new k8s.Health(config).livez({}), true);
});

check('nodes and events are read', async () => {
  const [node] = (await core.listNode()).items;
  assert.ok(node.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True'));
  assert.ok(node.status.nodeInfo.kubeletVersion);
  const told = await eventually('events of a pod are there', async () => {
    const { items } = await core.listNamespacedEvent({ namespace, fieldSelector: 'reason=Scheduled' });
    return items.length > 0 && items[0];
  });
  assert.equal(told.involvedObject.kind, 'Pod');
  const events = config.makeApiClient(k8s.EventsV1Api);
  const [newer] = (await events.listNamespacedEvent({ namespace, limit: 1 })).items;
  assert.ok(newer.regarding.kind);
});

await run();
