import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { gatewayYaml, serviceYaml, startHeadgate } from './headgate-process.ts'
import { askRaw, isGuarded, readCarelessly, spellings } from './path-spellings.ts'

async function listen(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

/** Its path `/guarded` is guarded, everything else is open. @param filters of the guarded rule */
function routesYaml(filters = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: guarded }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: /guarded } }]
      backendRefs: [{ name: a, port: 80 }]
${filters}---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: open }
spec:
  parentRefs: [{ name: gw }]
  rules: [{ backendRefs: [{ name: a, port: 80 }] }]
`
}

function policyYaml(kind: string, spec: string): string {
  return `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ${kind}
metadata: { name: guard }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: guarded }]
  ${spec}
`
}

interface Guard {
  readonly manifests: string
  readonly refusal: number
  /** So many requests pass before it refuses. */
  readonly lets: number
}

export const guards: Readonly<Record<string, Guard>> = {
  'an authoriser that says no': {
    manifests: routesYaml(
      '      filters: [{ type: ExternalAuth, externalAuth: { protocol: HTTP, backendRef: { name: authoriser, port: 80 }, http: {} } }]\n',
    ),
    refusal: 403,
    lets: 0,
  },
  'a SecurityPolicy that nobody may pass': {
    manifests: routesYaml() + policyYaml('SecurityPolicy', 'authorization: { defaultAction: Deny }'),
    refusal: 403,
    lets: 0,
  },
  'a rate limit with nothing left': {
    manifests:
      routesYaml() +
      policyYaml('BackendTrafficPolicy', 'rateLimit: { local: { rules: [{ limit: { requests: 1, unit: Year } }] } }'),
    refusal: 429,
    lets: 1,
  },
}

/** Fails when the backend gets a path that means the guarded one to a careless server, past the guard. */
export async function assertGuardHolds(
  t: TestContext,
  { manifests, refusal, lets }: Guard,
  options: readonly string[] = [],
): Promise<void> {
  const seen: string[] = []
  const backend = await listen(
    t,
    createServer((request, response) => {
      seen.push(request.url ?? '')
      response.end('fine')
    }),
  )
  const authoriser = await listen(
    t,
    createServer((_, response) => response.writeHead(403).end()),
  )
  const headgate = await startHeadgate(
    (port) => ({
      'gateway.yaml': gatewayYaml(port),
      'services.yaml': [serviceYaml('a', backend), serviceYaml('authoriser', authoriser)].join('---\n'),
      'routes.yaml': manifests,
    }),
    options,
  )
  t.after(() => headgate.stop())
  assert.equal(await askRaw(headgate.port, '/open'), 200)
  for (let i = 0; i < lets; i++) assert.equal(await askRaw(headgate.port, '/guarded'), 200)
  assert.equal(await askRaw(headgate.port, '/guarded'), refusal)
  assert.equal(await askRaw(headgate.port, '/guarded/secret'), refusal)
  seen.length = 0
  const answers: string[] = []
  for (const spelling of spellings) answers.push(`${spelling} ${await askRaw(headgate.port, spelling)}`)
  const past = seen.filter((path) => isGuarded(readCarelessly(path)))
  assert.deepEqual(past, [], answers.join('\n'))
}
