import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'
import { findTool, lua } from '../../../scripts/deploy/go-tool.ts'
import { dnsTargets } from './dns-targets.ts'
import { installPlain } from './install.ts'
import { apply, get, kubectl, root, until } from './kubectl.ts'
import { awaitProgrammed, gatewayYaml, openShop, routeYaml } from './shop.ts'

before(async () => {
  await installPlain()
  await openShop('beside')
  await apply(
    gatewayYaml(
      'beside',
      'front',
      '[{ name: http, port: 80, protocol: HTTP }, { name: tcp, port: 9000, protocol: TCP }]',
    ),
  )
  await awaitProgrammed('beside', 'front')
  const open = gatewayYaml('beside', 'open', '[{ name: http, port: 80, protocol: HTTP }]')
  await apply(`${open}  allowedListeners: { namespaces: { from: Same } }\n`)
})

test('external-dns finds a name and its address in what we write', async () => {
  await apply(routeYaml('beside', 'named', '[{ name: front }]', '[a.example.com, b.example.com]'))
  const address = await awaitProgrammed('beside', 'front')
  const targets = await until('names', async () => {
    const found = dnsTargets(await get('httproute/named', 'beside'), await get('gateway/front', 'beside'))
    return found.size > 0 && found
  })
  assert.deepEqual(
    [...targets],
    [
      ['a.example.com', [address]],
      ['b.example.com', [address]],
    ],
  )
})

test('and none for a route that was not accepted', async () => {
  await apply(routeYaml('beside', 'stray', '[{ name: front, sectionName: nowhere }]', '[c.example.com]'))
  const route = await until('the verdict', async () => {
    const found = await get('httproute/stray', 'beside')
    return found?.status?.parents?.length === 1 && found
  })
  assert.deepEqual([...dnsTargets(route, await get('gateway/front', 'beside'))], [])
})

/** What a script says of an object, run by the Lua that Argo CD runs it with. @param script of deploy/argo-cd, or an absolute path */
function judge(script: string, object: object): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-lua-'))
  const main = path.join(folder, 'main.lua')
  const file = path.resolve(root, 'deploy/argo-cd', script)
  const text = `obj = ${luaOf(object)}\nlocal result = dofile(${JSON.stringify(file)})
print(result.status .. ": " .. (result.message or ""))\n`
  writeFileSync(main, text)
  const { status, stdout, stderr } = spawnSync(findTool(lua), [main], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  assert.equal(status, 0, stderr)
  return stdout.trim()
}

function luaOf(value: unknown): string {
  if (Array.isArray(value)) return `{ ${value.map(luaOf).join(', ')} }`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, one]) => `[${JSON.stringify(name)}] = ${luaOf(one)}`)
      .join(', ')} }`
  return JSON.stringify(value ?? null) === 'null' ? 'nil' : JSON.stringify(value)
}

interface Judged {
  readonly script: string
  readonly kind: string
  readonly yaml: string
  /** The same object with something wrong. */
  readonly broken: (yaml: string) => string
}

const cases: readonly Judged[] = [
  {
    script: 'route.lua',
    kind: 'tcproute',
    yaml: `apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: judged, namespace: beside }
spec: { parentRefs: [{ name: front, sectionName: tcp }], rules: [{ backendRefs: [{ name: backend, port: 80 }] }] }
`,
    broken: (yaml) => yaml.replace('name: backend', 'name: missing'),
  },
  {
    script: 'listener-set.lua',
    kind: 'listenerset',
    yaml: `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: judged, namespace: beside }
spec: { parentRef: { name: open }, listeners: [{ name: more, port: 8080, protocol: HTTP }] }
`,
    broken: (yaml) => yaml.replace('protocol: HTTP', 'protocol: HTTPS, tls: { certificateRefs: [{ name: missing }] }'),
  },
  {
    script: 'policy.lua',
    kind: 'xbackendtrafficpolicy',
    yaml: `apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XBackendTrafficPolicy
metadata: { name: judged, namespace: beside }
spec: { targetRefs: [{ group: "", kind: Service, name: backend }], retryConstraint: { budget: { percent: 20, interval: 10s } } }
`,
    broken: (yaml) => yaml.replace('name: backend', 'name: missing'),
  },
]

for (const { script, kind, yaml, broken } of cases) {
  test(`Argo CD: ${script} waits, is content, and sees what is wrong`, async () => {
    await apply(yaml)
    const judged = async () => judge(script, await get(`${kind}/judged`, 'beside'))
    await until(`${kind} to be healthy`, async () => (await judged()).startsWith('Healthy'), judged)
    const fine = await get(`${kind}/judged`, 'beside')
    const later = { ...fine, metadata: { ...fine.metadata, generation: fine.metadata.generation + 1 } }
    assert.match(judge(script, later), /^Progressing: /, 'a status of an earlier generation is none')
    assert.match(judge(script, { ...fine, status: undefined }), /^Progressing: /)
    await apply(broken(yaml))
    await until(`${kind} to be degraded`, async () => /^(Degraded|Progressing): /.test(await judged()), judged)
    await kubectl(['delete', kind, 'judged', '-n', 'beside'])
  })
}

const checkout = process.env.ARGO_CD

test('the health checks that Argo CD brings call our Gateway, route and class healthy', {
  skip: checkout === undefined && 'ARGO_CD names no checkout of Argo CD',
}, async () => {
  const folder = path.join(checkout!, 'resource_customizations/gateway.networking.k8s.io')
  for (const [kind, name] of [
    ['GatewayClass', 'headgate'],
    ['Gateway', 'front'],
    ['HTTPRoute', 'named'],
  ] as const)
    assert.match(
      judge(path.join(folder, kind, 'health.lua'), await get(`${kind}.gateway.networking.k8s.io/${name}`, 'beside')),
      /^Healthy/,
      kind,
    )
  const stray = await get('httproute/stray', 'beside')
  assert.match(judge(path.join(folder, 'HTTPRoute/health.lua'), stray), /^Degraded/)
})
