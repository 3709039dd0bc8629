import assert from 'node:assert/strict'
import { join } from 'node:path'
import { isKnownKind, isNamespacedKind, type KubeObject, type ObjectChange, type ObjectKey, validateObject } from '#api'
import { readDocument } from '#files'
import { defaultClientSettings, endpointKey, type Snapshot } from '#ir'
import { translatorFor } from '../../src/apps/wiring.ts'
import { EnvoyPlane } from '../e2e/envoy/envoy-plane.ts'
import { watchRefusals } from '../refusals/watch-refusals.ts'
import { type Backends, startBackends } from '../scenario/backends.ts'
import type { RunningPlane } from '../scenario/play-traffic.ts'
import { readObjects } from '../scenario/read-objects.ts'
import { sendRequest, type TestRequest, type TestResponse } from '../scenario/send-request.ts'
import { startPlane } from '../scenario/start-plane.ts'
import { compareSights, describeResponse } from './compare.ts'

const base = readObjects(join(import.meta.dirname, '../scenarios/base.yaml'))
const rules = { validate: validateObject, isKnownKind, isNamespaced: isNamespacedKind }

/** Both planes with the same backends. */
export class TwoPlanes {
  readonly envoy: EnvoyPlane
  readonly #backends: Backends
  /** What each Service's endpoints are on this machine. */
  readonly #live: ReadonlyMap<string, Snapshot['endpoints'][number]>
  readonly #refusals = watchRefusals()
  #embedded: RunningPlane | undefined
  #served: RunningPlane | undefined

  private constructor(envoy: EnvoyPlane, backends: Backends) {
    this.envoy = envoy
    this.#backends = backends
    this.#live = new Map(backends.snapshot.endpoints.map((set) => [set.backend, set]))
  }

  static async start(program: string): Promise<TwoPlanes> {
    const everywhere = ['a', 'b', 'c'].map((name) => ({ backendRefs: [{ name, port: 80 }] }))
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'all', namespace: 'default' },
      spec: { parentRefs: [{ name: 'gw' }], rules: everywhere },
    } as KubeObject
    const backends = await startBackends(translate([route]))
    return new TwoPlanes(await EnvoyPlane.start(program), backends)
  }

  /** @param objects beside those of test/scenarios/base.yaml; what the API server would not take is left out */
  async serve(objects: readonly KubeObject[]): Promise<void> {
    const snapshot = translate(objects)
    const endpoints = snapshot.endpoints.map((set) => this.#live.get(set.backend) ?? set)
    for (const set of endpoints)
      for (const endpoint of set.endpoints)
        assert.ok(endpoint.kind === 'ip' && endpoint.address === '127.0.0.1', endpointKey(endpoint))
    await this.#embedded?.close()
    this.#embedded = await startPlane({ ...snapshot, endpoints })
    // Ports of their own: nothing of the table before, such as a count or a listener that drains, can have a part in it.
    this.#served = await this.envoy.serve({ ...snapshot, endpoints })
  }

  /** @returns what both do not agree on */
  async ask(request: TestRequest): Promise<string[]> {
    const [embedded, envoy] = await this.answers(request)
    this.#backends.takeSeen()
    return compareSights(request, describeResponse(embedded), describeResponse(envoy))
  }

  /** What both planes answer, or why they did not. */
  async answers(request: TestRequest): Promise<readonly [embedded: TestResponse | Error, envoy: TestResponse | Error]> {
    const send = (plane: RunningPlane) =>
      sendRequest(plane.portFor(80), request).catch((error: unknown) => error as Error)
    return Promise.all([send(this.#embedded!), send(this.#served!)])
  }

  async close(): Promise<void> {
    await this.#embedded?.close()
    await this.envoy.close()
    await this.#backends.close()
    assert.deepEqual(this.#refusals.judge(), [], 'Envoy refuses resources')
  }
}

function translate(written: readonly KubeObject[]): Snapshot {
  const valid = written.flatMap((one) => readDocument(JSON.stringify(one), rules).objects)
  const objects = new Map<ObjectKey, KubeObject>([...base, ...valid.map(({ key, object }) => [key, object] as const)])
  const changes: ObjectChange[] = [...objects].map(([key, object]) => ({ kind: 'put', key, object }))
  const settings = { controllerName: 'headgate.dev/gateway-controller', client: defaultClientSettings }
  return translatorFor(settings).apply(changes).snapshot
}
