import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { parse } from 'yaml'
import { defaultClientSettings } from '#ir'
import { fakeProgram, gateway, httpRoute } from './machinery.fixture.ts'
import { runProgram } from './program.ts'

const slash = { path: { type: 'PathPrefix', value: '/' } }
const missing = { group: '', kind: 'Service', name: 'none', port: 80, weight: 1 }
const world = [
  gateway([{ name: 'http', port: 80 }]),
  httpRoute('shop', ['shop.example.com'], [{ matches: [slash], backendRefs: [missing] }]),
]

async function call(words: string, input?: Parameters<typeof fakeProgram>[0]) {
  const program = fakeProgram(input)
  const code = await runProgram(words === '' ? [] : words.split(' '), program.machinery, program.terminal)
  return { code, ...program.written, ran: program.ran }
}

test('help teaches, for the program and for each command', async () => {
  assert.match((await call('help')).out, /Commands\n {2}run +serve/)
  for (const command of ['run', 'controller', 'check', 'get', 'status', 'explain', 'diff', 'translate', 'version']) {
    const { out, code } = await call(`help ${command}`)
    assert.equal(code, 0)
    assert.match(out, new RegExp(`Usage\n {2}headgate ${command}`))
    assert.match(out, /Examples\n {2}# \S/)
    assert.equal((await call(`${command} --help`)).out, out)
  }
  assert.equal((await call('')).code, 2)
})

test('a slip on the command line ends with 2 and says what was meant', async () => {
  const cases: readonly [string, RegExp][] = [
    ['rn -f x', /unknown command "rn"; did you mean run\?/],
    ['frobnicate', /there are run, controller, check/],
    ['run --prot 80:81 -f x', /unknown option --prot; did you mean --port\?/],
    ['run', /which files\?/],
    ['version x', /"x" is not expected here/],
    ['run -f x --port 80', /it must be FROM:TO/],
    ['run -f x --port 80:99999', /from 1 to 65535/],
    ['run -f x --bind localhost', /must be an IP address/],
    ['run -f x --workers 0', /whole number from 1/],
    ['run -f x --idle-timeout 5', /write it like 500ms/],
    ['run -f x --access-log xml', /one of off, text, json/],
    ['run -f x --access-log-sample 2', /from 0 to 1/],
    ['run -f x --access-log-fields time,statsu', /no field statsu; did you mean status\?/],
    ['run -f x --admin here', /ADDRESS:PORT/],
    ['run -f x --controller-name me', /a domain and a path/],
    ['run -f', /-f needs a value: -f PATH/],
    ['controller --host-mode --address-pool 10.0.0.0/24 --access-log xml', /one of off, text, json/],
    ['controller --host-mode --address-pool 10.0.0.0/24 --access-log-fields x', /there are time, status/],
    ['diff -f x --against y --context z', /choose one/],
    ['get a b c -f x', /"c" is not expected/],
    ['status -f x -o xml', /-o xml: it must be one of table, yaml, json/],
    ['translate -f x --to envoy', /one of snapshot, statuses/],
    ['explain -f x', /which request\?/],
    ['explain GET ftp://x -f x', /only http and https/],
    ['explain http://x -H nothing -f x', /name: value/],
    ['-f x run', /a command comes first/],
  ]
  for (const [words, wanted] of cases) {
    const { code, error, out } = await call(words)
    assert.match(error, wanted, words)
    assert.deepEqual([code, out], [2, ''], words)
  }
})

test('check of nothing is not green', async () => {
  const empty = await call('check -f x', { objects: [], ignored: new Map() })
  assert.deepEqual([empty.code, empty.out], [2, ''])
  assert.match(empty.error, /nothing to check: there is no object in x/)
  assert.equal((await call('check -f x', { objects: [] })).code, 0)
})

test('run hands over everything, defaults filled in', async () => {
  const { ran } = await call('run -f x')
  assert.deepEqual(ran, [
    {
      paths: ['x'],
      bind: [],
      ports: new Map(),
      workers: availableParallelism(),
      controllerName: 'headgate.dev/gateway-controller',
      admin: { address: '127.0.0.1', port: 9900 },
      client: defaultClientSettings,
      place: {},
      drainTimeoutMs: 30_000,
      accessLog: { format: 'off', fields: undefined, sample: 1 },
      redis: { url: undefined, timeoutMs: 100, whenAway: 'open' },
      colour: false,
      plane: 'embedded',
      envoy: undefined,
    },
  ])
  const words =
    'run -f x -fy --bind 127.0.0.1 --bind [::1] --port 80:8080 --port=443:8443 --workers 3 --controller-name e.com/c --admin off ' +
    '--trusted-hops 2 --max-connections 10 --max-header-bytes 4096 --max-header-count 50 --header-timeout 1s --idle-timeout 1m30s ' +
    '--zone eu-1a --node n1 --drain-timeout 0s --access-log json --access-log-fields status,time --access-log-sample 0.5'
  const all = (await call(words)).ran[0]
  assert.deepEqual(all, {
    paths: ['x', 'y'],
    bind: ['127.0.0.1', '::1'],
    ports: new Map([
      [80, 8080],
      [443, 8443],
    ]),
    workers: 3,
    controllerName: 'e.com/c',
    admin: undefined,
    client: {
      ...defaultClientSettings,
      trustedHops: 2,
      maxConnections: 10,
      maxHeaderBytes: 4096,
      maxHeaderCount: 50,
      headerTimeoutMs: 1000,
      idleTimeoutMs: 90_000,
    },
    place: { zone: 'eu-1a', node: 'n1' },
    drainTimeoutMs: 0,
    accessLog: { format: 'json', fields: ['status', 'time'], sample: 0.5 },
    redis: { url: undefined, timeoutMs: 100, whenAway: 'open' },
    colour: false,
    plane: 'embedded',
    envoy: undefined,
  })
  const slip = await call('run -f x -f nowhere')
  assert.deepEqual([slip.code, slip.error, slip.ran.length], [1, 'error: nowhere: no such file or folder\n', 0])
  assert.deepEqual((await call('run -f x y -f z')).ran[0]?.paths, ['x', 'z', 'y'])
  assert.deepEqual((await call('run -f x --admin [::1]:0')).ran[0]?.admin, { address: '::1', port: 0 })
})

test('status prints lines, and a List of the objects as a cluster would hold them', async () => {
  const table = await call('status -f x', { objects: world })
  assert.equal(table.code, 0)
  assert.match(
    table.out,
    /^Gateway a\/gw listener http: 1 route of HTTPRoute, GRPCRoute; Accepted Programmed ResolvedRefs$/m,
  )
  assert.match(table.out, /^HTTPRoute a\/shop parent gw: Accepted ResolvedRefs=False BackendNotFound: /m)
  const list = JSON.parse((await call('status -f x -o json', { objects: world })).out)
  assert.deepEqual([list.apiVersion, list.kind, list.items.length], ['v1', 'List', 2])
  const [gw, route] = list.items
  assert.deepEqual(
    [gw.status.addresses, gw.status.listeners[0].attachedRoutes],
    [[{ type: 'IPAddress', value: '127.0.0.1' }], 1],
  )
  const [accepted] = route.status.parents[0].conditions
  assert.deepEqual([accepted.type, accepted.status, accepted.observedGeneration], ['Accepted', 'True', 1])
  assert.match(accepted.lastTransitionTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const yaml = parse((await call('status -f x -o yaml', { objects: world })).out, { version: '1.1' })
  assert.equal(typeof yaml.items[0].status.conditions[0].lastTransitionTime, 'string')
})

test('check tells problems of files and of the translation, and ends with 1 only for errors', async () => {
  const fine = await call('check -f x', { objects: world })
  assert.equal(fine.code, 0)
  assert.match(
    fine.out,
    /^x:\d+:\d+: warning: spec\.rules\[0\]\.backendRefs\[0\].*: .*does not exist \(HTTPRoute\/a\/shop\)$/m,
  )
  assert.match(fine.out, /not ours to read: 2 × apps\/v1 Deployment\n1 file, 2 objects: 0 errors, 1 warning\n$/)
  const problem = { file: 'y', line: 3, column: 5, reason: 'Invalid', path: 'spec.port', message: 'must be a number' }
  const wrong = await call('check -f x -o json', { objects: world, problems: [problem] })
  assert.equal(wrong.code, 1)
  const { files } = JSON.parse(wrong.out)
  assert.deepEqual(
    files.map(({ file, problems }: { file: string; problems: unknown[] }) => [file, problems.length]),
    [
      ['x', 1],
      ['y', 1],
    ],
  )
  const { file: _file, ...rest } = problem
  assert.deepEqual(files[1].problems, [{ ...rest, severity: 'error' }])
  assert.equal(files[0].problems[0].reason, 'BackendNotFound')
})

test('check finds the place of each part of a message', async () => {
  const regex = (value: string) => ({ path: { type: 'RegularExpression', value } })
  const rules = [
    { matches: [regex('/(')] },
    { matches: [slash], backendRefs: [missing] },
    { matches: [slash, regex('/[')] },
  ]
  const objects = [world[0]!, httpRoute('shop', [], rules)]
  const { files } = JSON.parse((await call('check -f x -o json', { objects })).out)
  const found = files[0].problems.map(({ path, severity }: Record<string, string>) => `${severity} ${path}`)
  assert.equal(found.length, 3, found.join('\n'))
  assert.ok(
    found.some((one: string) => one.startsWith('error spec.rules[0].matches[0].path')),
    found.join('\n'),
  )
  assert.ok(
    found.some((one: string) => one.startsWith('error spec.rules[2].matches[1].path')),
    found.join('\n'),
  )
  assert.ok(
    found.some((one: string) => one.startsWith('warning spec.rules[1].backendRefs[0]')),
    found.join('\n'),
  )
})

test('translate prints a stage as data', async () => {
  const snapshot = parse((await call('translate -f x', { objects: world })).out)
  assert.deepEqual([snapshot.listeners[0].key, snapshot.routes.length], ['a/gw/http', 1])
  const statuses = JSON.parse((await call('translate -f x --to statuses -o json', { objects: world })).out)
  assert.deepEqual(Object.keys(statuses), ['Gateway/a/gw', 'GatewayClass//headgate', 'HTTPRoute/a/shop'])
})

test('explain answers on the command line', async () => {
  const { out, code } = await call('explain GET http://shop.example.com/cart -f x', { objects: world })
  assert.equal(code, 0)
  assert.match(out, /^listener {2}a\/gw\/http \(any host, HTTP on port 80\)$/m)
  assert.match(out, /^route +HTTPRoute a\/shop rule 0$/m)
  const data = JSON.parse((await call('explain http://shop.example.com:81/ -f x -o json', { objects: world })).out)
  assert.equal(data.answer.why, 'nothing listens on port 81; listeners have 80')
})

test('version, and a bug of ours ends with 3', async () => {
  assert.match((await call('version')).out, /^headgate 1\.2\.3\nGateway API v1\.6\.1/)
  assert.equal(JSON.parse((await call('version -o json')).out).headgate, '1.2.3')
  const program = fakeProgram()
  const broken = { ...program.machinery, openFiles: () => Promise.reject(new Error('oh')) }
  assert.equal(await runProgram(['status', '-f', 'x'], broken, program.terminal), 3)
  assert.match(program.written.error, /internal error: this is a bug of Headgate.*\nError: oh/s)
})
