import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { refusalEnvironment } from '../refusals/watch-refusals.ts'
import type { ConformanceOptions } from './options.ts'
import { runFolder } from './rig.ts'

const feedPort = 9443
/** The node of the rig: what runs there is reached from pods. */
const nodeAddress = '10.244.0.1'

/** How the controller under test is started. @param envoy Envoy's program, where the plane is that */
export function controllerWords({ pods }: ConformanceOptions, envoy?: string): readonly string[] {
  const how = pods
    ? ['--image', 'headgate', '--feed', `${nodeAddress}:${feedPort}`, '--feed-listen', `${nodeAddress}:${feedPort}`]
    : [
        '--host-mode',
        '--address-pool',
        '10.99.1.0/24',
        ...(envoy === undefined ? [] : ['--plane', 'envoy', '--envoy', envoy]),
      ]
  return ['controller', ...how]
}

/** Pods run the bundle, as the image does, by a user without rights. @param names of images that it is to have */
export function providePodImage(root: string, folder = runFolder, names: readonly string[] = ['headgate']): void {
  const bundle = path.join(folder, 'image')
  const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), bundle], {
    cwd: root,
    stdio: 'inherit',
  })
  if (built.status !== 0) throw new Error('the bundle for the pods could not be made')
  writeFileSync(path.join(bundle, 'package.json'), '{ "type": "module" }\n')
  const file = path.join(folder, 'images.json')
  const images = JSON.parse(readFileSync(file, 'utf8')) as object
  const command = [process.execPath, '--max-semi-space-size=2', path.join(bundle, 'headgate.js')]
  const made = names.map((name) => [name, { command, user: '65532:65532', env: refusalEnvironment() }])
  writeFileSync(file, JSON.stringify({ ...images, ...Object.fromEntries(made) }))
}

/** An Envoy beside it, where those without rights can read it. @param program of this machine @param names of images that are it */
export function provideEnvoyImage(program: string, folder = runFolder, names: readonly string[] = ['envoy']): void {
  const copy = path.join(folder, 'image', 'envoy')
  copyFileSync(program, copy)
  chmodSync(copy, 0o755)
  const file = path.join(folder, 'images.json')
  const images = JSON.parse(readFileSync(file, 'utf8')) as object
  const made = names.map((name) => [name, { command: [copy], user: '65532:65532' }])
  writeFileSync(file, JSON.stringify({ ...images, ...Object.fromEntries(made) }))
}

export function gatewayClass(spec: object): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'headgate' },
    spec: { controllerName: 'headgate.dev/gateway-controller', ...spec },
  }
}

/** One pod with one thread for each Gateway: the suite has some fifty at once, on one machine. */
export function podObjects(root: string, { plane }: ConformanceOptions): readonly object[] {
  const group = 'gateway.headgate.dev'
  const [kind, name, namespace] = ['GatewayParameters', 'conformance', 'default']
  const spec = { plane, replicas: 1, workers: 1, pod: { imagePullPolicy: 'Never' } }
  return [
    parse(readFileSync(path.join(root, 'crds/gateway.headgate.dev_gatewayparameters.yaml'), 'utf8')) as object,
    { apiVersion: `${group}/v1alpha1`, kind, metadata: { name, namespace }, spec },
    gatewayClass({ parametersRef: { group, kind, name, namespace } }),
  ]
}
