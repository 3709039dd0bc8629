import type { KubeObject, ObjectChange, ObjectKey } from '#api'
import { objectKey } from '#api'
import { createTranslator } from '#translate'
import type { ControllerOptions } from './controller-options.ts'
import { InputError } from './errors.ts'
import type { Machinery, PlacedProblem } from './machinery.ts'
import type { ProxyOptions } from './proxy-options.ts'
import type { RunOptions } from './run-options.ts'
import { noPaint, type Terminal } from './terminal.ts'

export interface FakeInput {
  readonly objects?: readonly KubeObject[]
  readonly problems?: readonly PlacedProblem[]
  /** Kinds that are not ours; some, when left out. */
  readonly ignored?: ReadonlyMap<string, number>
  /** What `readCluster` finds; absent: there is no cluster. */
  readonly cluster?: readonly KubeObject[]
  readonly warnings?: readonly string[]
  /** Other objects for some of the paths. */
  readonly paths?: Readonly<Record<string, readonly KubeObject[]>>
}

const deployments: ReadonlyMap<string, number> = new Map([['apps/v1 Deployment', 2]])

/** A program to drive in tests: objects come from memory, the translator is the real one without features. */
export function fakeProgram({
  objects = [],
  problems = [],
  cluster,
  warnings = [],
  paths: byPath = {},
  ignored = deployments,
}: FakeInput = {}) {
  const ran: RunOptions[] = []
  const controlled: ControllerOptions[] = []
  const proxied: ProxyOptions[] = []
  const written = { out: '', error: '' }
  const machinery: Machinery = {
    version: '1.2.3',
    async envoyConfig(snapshot, gateway = 'all') {
      return { resources: { listener: snapshot.listeners.map(({ key }) => key), gateway }, problems: [] }
    },
    async openFiles(paths, builtIn) {
      const read = paths.flatMap((path) => byPath[path] ?? objects)
      const changes = [...builtIn, ...read].map((object): ObjectChange => ({ kind: 'put', key: keyOf(object), object }))
      return {
        load: async () => ({ changes, problems, ignored, files: paths }),
        locate: (key: ObjectKey, path: string) => ({ file: paths[0]!, line: 1 + path.length, column: key.length }),
      }
    },
    async readCluster() {
      if (!cluster) throw new InputError('no cluster here')
      return { objects: new Map(cluster.map((object) => [keyOf(object), object])), warnings }
    },
    createTranslator: async (settings) =>
      createTranslator({ settings, filters: [], filterOrder: [], forward: [], supportedFeatures: [] }),
    exists: (path) => path !== 'nowhere',
    accessLogFields: async () => ['time', 'status'],
    async run(options) {
      ran.push(options)
      return 0
    },
    async proxy(options) {
      proxied.push(options)
      return 0
    },
    async control(options) {
      controlled.push(options)
      return 0
    },
  }
  const terminal: Terminal = {
    print: (text) => {
      written.out += text
    },
    complain: (text) => {
      written.error += text
    },
    paint: noPaint,
    paintComplaint: noPaint,
  }
  return { machinery, terminal, ran, controlled, proxied, written }
}

function keyOf({ kind, metadata }: KubeObject): ObjectKey {
  return objectKey(kind, kind === 'GatewayClass' ? '' : (metadata.namespace ?? ''), metadata.name)
}

const group = 'gateway.networking.k8s.io'

/** As they arrive from validation: defaults filled in. */
export function gateway(listeners: readonly object[]): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Gateway',
    metadata: { name: 'gw', namespace: 'a', generation: 3 },
    spec: {
      gatewayClassName: 'headgate',
      listeners: listeners.map((one) => ({
        protocol: 'HTTP',
        allowedRoutes: { namespaces: { from: 'Same' } },
        ...one,
      })),
    },
  }
}

export function httpRoute(name: string, hostnames: readonly string[], rules: readonly object[]): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'a', generation: 1 },
    spec: { parentRefs: [{ group, kind: 'Gateway', name: 'gw' }], hostnames, rules },
  }
}
