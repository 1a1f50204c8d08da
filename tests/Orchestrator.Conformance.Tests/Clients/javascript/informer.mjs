// Keeps an informer of the configmaps of a namespace and prints what it tells: "add NAME", "update NAME",
// "delete NAME", "connect", "error". It is started again after an error, as its authors advise. "stop", "start" and
// "end" on the standard input do what they say.
import { createInterface } from 'node:readline';
import { config, core, k8s, namespace } from './checks.mjs';

const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`,
  () => core.listNamespacedConfigMap({ namespace }));
for (const verb of ['add', 'update', 'delete']) {
  informer.on(verb, (object) => console.log(`${verb} ${object.metadata.name}`));
}
informer.on('connect', () => console.log('connect'));
// What it is told to stop ends with an error, too, and is not to be started again by that.
let isWanted = true;
informer.on('error', (error) => {
  if (!isWanted) return;
  console.log(`error ${error?.message ?? error}`);
  setTimeout(() => isWanted && informer.start(), 200);
});
await informer.start();
for await (const line of createInterface(process.stdin)) {
  isWanted = line !== 'stop';
  if (line === 'stop') await informer.stop();
  if (line === 'start') await informer.start();
  if (line === 'end') break;
  console.log(`done ${line}`);
}
process.exit(0);
