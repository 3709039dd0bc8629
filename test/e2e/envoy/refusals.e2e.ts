import assert from 'node:assert/strict'
import { get } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isKnownKind, isNamespacedKind, type ObjectChange, type ObjectKey, validateObject } from '#api'
import { defaultControllerName, defaultGatewayClass } from '#cli'
import type { EnvoyResources, Message } from '#envoy'
import { readDocument } from '#files'
import { defaultClientSettings } from '#ir'
import { formatStatus, type Status } from '#translate'
import { EnvoyHost } from '../../../src/apps/envoy-host.ts'
import { Standalone } from '../../../src/apps/standalone.ts'
import { translatorFor } from '../../../src/apps/wiring.ts'
import { shopCertificate, shopKey } from '../../../src/translate/certificate.fixture.ts'
import { expectRefusal } from '../../refusals/expect-refusal.ts'
import { startAnswering } from '../answering-backend.ts'
import { freePort, serviceYaml } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

const rules = { validate: validateObject, isKnownKind, isNamespaced: isNamespacedKind }

type Kind = keyof EnvoyResources

/** What Envoy refuses of each kind of resource, though it passes the checks before it is sent. */
const spoil: Partial<Record<Kind, (resource: Message) => Message>> = {
  cluster: ({ eds_cluster_config: _, ...rest }) => ({ ...rest, type: 'LOGICAL_DNS' }),
  endpoints: (resource) => ({
    ...resource,
    endpoints: [
      { lb_endpoints: [{ endpoint: { address: { socket_address: { address: 'nowhere', port_value: 1 } } } }] },
    ],
  }),
  secret: (resource) => ({
    ...resource,
    tls_certificate: {
      certificate_chain: { inline_string: 'no certificate' },
      private_key: { inline_string: 'no key' },
    },
  }),
  extension: ({ typed_config, ...rest }) => ({
    ...rest,
    typed_config: {
      ...(typed_config as Message),
      access_log: [
        {
          name: 'x',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
            path: '/dev/null',
            log_format: { text_format_source: { inline_string: '%NO_SUCH_WORD%' } },
          },
        },
      ],
    },
  }),
  listener: (resource) => ({
    ...resource,
    address: { socket_address: { address: 'nowhere', port_value: 1 } },
  }),
  virtualHost: (resource) => ({
    ...resource,
    routes: [{ match: { safe_regex: { regex: '(' } }, direct_response: { status: 204 } }],
  }),
}

/** A Standalone with an Envoy that is told `spoiled` resources of the kinds. */
async function start(t: TestContext) {
  const spoiled = new Map<Kind, RegExp>()
  const program = await installEnvoy()
  const statuses = new Map<ObjectKey, Status | undefined>()
  const log: string[] = []
  const amend = (resources: EnvoyResources) =>
    Object.fromEntries(
      Object.entries(resources).map(([kind, list]) => [
        kind,
        list.map((one) => {
          const name = String(one.name ?? one.cluster_name)
          return spoiled.get(kind as Kind)?.test(name) ? spoil[kind as Kind]!(one) : one
        }),
      ]),
    ) as unknown as EnvoyResources
  const standalone = new Standalone({
    translator: translatorFor(
      { controllerName: defaultControllerName, client: defaultClientSettings, defaultAddresses: ['127.0.0.1'] },
      [],
      'envoy',
    ),
    openHost: (onFailed) =>
      new EnvoyHost({
        envoy: { program },
        workers: 1,
        bind: ['127.0.0.1'],
        onProblem: (line) => log.push(line),
        onFailed,
        amend,
      }),
    workers: 1,
    bind: ['127.0.0.1'],
    onLog: () => {},
    onProblem: (line) => log.push(line),
    onStatuses: (changes) => {
      for (const { key, status } of changes) statuses.set(key, status)
    },
  })
  t.after(() => standalone.stop())
  const statusOf = (kind: string, name = 'r') =>
    [...statuses]
      .filter(([key, status]) => status && key.startsWith(`${kind}/`) && key.endsWith(`/${name}`))
      .flatMap(([key, status]) => formatStatus(key, status!))
      .join('\n')
  const put = async (...yaml: readonly string[]) => {
    const objects = yaml.flatMap((one) => one.split('---\n')).flatMap((one) => readDocument(one, rules).objects)
    const changes: ObjectChange[] = objects.map(({ key, object }) => ({ kind: 'put', key, object }))
    await standalone.apply(changes)
  }
  const { key, object } = { key: 'GatewayClass//headgate', object: defaultGatewayClass(defaultControllerName) }
  await standalone.apply([{ kind: 'put', key, object }])
  return { standalone, spoiled, statusOf, log, put }
}

const gateway = (http: number, tcp: number, https: number) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: headgate
  listeners:
  - { name: http, port: ${http}, protocol: HTTP }
  - { name: tcp, port: ${tcp}, protocol: TCP }
  - name: https
    port: ${https}
    protocol: HTTPS
    hostname: shop.example.com
    tls: { certificateRefs: [{ name: shop }] }
---
apiVersion: v1
kind: Secret
metadata: { name: shop }
type: kubernetes.io/tls
stringData:
  tls.crt: ${JSON.stringify(shopCertificate)}
  tls.key: ${JSON.stringify(shopKey)}
`

const route = (name: string, path: string, backend: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name} }
spec:
  parentRefs: [{ name: gw, sectionName: http }]
  rules: [{ matches: [{ path: { value: ${path} } }], backendRefs: [{ name: ${backend}, port: 80 }] }]
`

const tcpRoute = (backend: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: t }
spec:
  parentRefs: [{ name: gw, sectionName: tcp }]
  rules: [{ backendRefs: [{ name: ${backend}, port: 80 }] }]
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

async function until(what: string, holds: () => boolean | Promise<boolean>, state: () => string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await sleep(10))
    assert.ok(Date.now() < end, `never: ${what}\n${state()}`)
}

interface Case {
  readonly kind: Kind
  readonly name: RegExp
  /** The change whose resource is refused, and the one that is told again. */
  readonly change: string
  /** Who else tells, beside the Gateway. */
  readonly alsoTold?: readonly [kind: string, name: string, says: RegExp]
}

test('what Envoy refuses is told by who it belongs to, the last good one stays, the rest comes, and it is over when it is over', async (t) => {
  const [a, b] = [await startAnswering(t, 'a'), await startAnswering(t, 'b')]
  const [http, tcp, https] = [await freePort(), await freePort(), await freePort()]
  const { spoiled, statusOf, log, put, standalone } = await start(t)
  const state = () => [statusOf('Gateway', 'gw'), statusOf('HTTPRoute'), ...log].join('\n')
  await put(gateway(http, tcp, https), serviceYaml('a', a), serviceYaml('b', b), route('r', '/', 'a'), tcpRoute('a'))
  assert.match(statusOf('Gateway', 'gw'), /gw: Accepted Programmed ResolvedRefs/, state())
  // Envoy's threads may be a moment behind what it has acknowledged.
  const answers = (path: string, text: string) =>
    until(`${path}: ${text}`, async () => (await ask(http, path)) === text, state)
  await answers('/', '200 a')

  // The clusters come anew with another protocol, and so with all else that is theirs.
  const h2c = (port: number) =>
    serviceYaml('a', port).replace('port: 80 }', 'port: 80, appProtocol: kubernetes.io/ws }')
  const programmedFalse = /gateway\.headgate\.dev\/Programmed=False Refused: /
  const cases: readonly Case[] = [
    {
      kind: 'cluster',
      name: /^Service\/default\/a\/80$/,
      change: h2c(a),
      alsoTold: ['HTTPRoute', 'r', programmedFalse],
    },
    {
      kind: 'endpoints',
      name: /^Service\/default\/a\/80$/,
      change: serviceYaml('a', a, await startAnswering(t, 'a')),
      alsoTold: ['HTTPRoute', 'r', programmedFalse],
    },
    {
      kind: 'virtualHost',
      name: /^tcp\/127\.0\.0\.1\/\d+\/\*$/,
      change: route('r', '/', 'a').replace('rules: [', 'rules: [{ backendRefs: [{ name: a, port: 80 }] }, '),
      alsoTold: ['HTTPRoute', 'r', programmedFalse],
    },
    {
      kind: 'extension',
      name: /^tcp\//,
      change: tcpRoute('b'),
      alsoTold: ['TCPRoute', 't', programmedFalse],
    },
    {
      kind: 'secret',
      name: /^certificate\/default\/shop$/,
      change: gateway(http, tcp, https).replace('name: shop }', 'name: shop, labels: { again: yes } }'),
      alsoTold: ['Gateway', 'gw', /listener https: .*Programmed=False Invalid: Envoy refuses secret certificate/],
    },
    {
      kind: 'listener',
      name: new RegExp(`^tcp/127\\.0\\.0\\.1/${tcp}$`),
      change: gateway(http, tcp, https).replace('name: shop }', 'name: shop, labels: { again: more } }'),
      alsoTold: ['Gateway', 'gw', /listener tcp: .*Programmed=False Invalid: /],
    },
  ]
  for (const [i, { kind, name, change, alsoTold }] of cases.entries()) {
    expectRefusal(new RegExp(`^${kind} `))
    spoiled.set(kind, name)
    await put(change)
    const told = new RegExp(`Programmed=False Invalid: .*refused, and what was there before stays in force: ${kind} `)
    assert.match(statusOf('Gateway', 'gw'), told, `${kind}: ${state()}`)
    if (alsoTold) assert.match(statusOf(alsoTold[0], alsoTold[1]), alsoTold[2], `${kind}: ${state()}`)
    assert.ok(
      log.some((line) => line.startsWith(`error Envoy refuses ${kind} `)),
      state(),
    )
    const metrics = await standalone.metrics()
    const refused = metrics.find((family) => family.name === 'headgate_envoy_refused_resources')
    assert.match(JSON.stringify(refused), new RegExp(`"kind":"${kind}"`))
    assert.equal(await ask(http), '200 a', `what was there before stays: ${kind}`)
    // The rest of what is there, and what comes, is served.
    await put(serviceYaml(`more${i}`, b), route(`more${i}`, `/more${i}`, `more${i}`))
    if (kind !== 'virtualHost') await answers(`/more${i}`, '200 b')

    spoiled.clear()
    await put(route(`last${i}`, `/last${i}`, 'b'))
    await until(
      `the Gateway is programmed again: ${kind}`,
      () => /gw: Accepted Programmed ResolvedRefs/.test(statusOf('Gateway', 'gw')),
      state,
    )
    assert.doesNotMatch(`${statusOf('HTTPRoute')} ${statusOf('TCPRoute', 't')}`, /headgate\.dev\/Programmed/)
    await answers(`/last${i}`, '200 b')
  }
})
