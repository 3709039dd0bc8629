import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAnswering } from '../answering-backend.ts'
import {
  freePort,
  gatewayYaml,
  type HeadgateProcess,
  routeYaml,
  serviceYaml,
  startHeadgate,
} from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

const fields =
  'time,client,method,authority,path,protocol,status,why,failure,durationMs,bytesIn,bytesOut,gateway,listener,route,rule,backend,endpoint,tries,userAgent,sni'

type Line = Readonly<Record<string, string | number>>

function lines({ output }: HeadgateProcess): readonly Line[] {
  return output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
}

async function start(t: TestContext, plane: 'embedded' | 'envoy', more: readonly string[] = []) {
  const backend = await startAnswering(t, 'hello')
  const tcp = await freePort()
  const route = routeYaml('r', 'a')
  const broken = 'rules: [{ matches: [{ path: { value: /broken } }], backendRefs: [{ name: none, port: 80 }] },'
  const headgate = await startHeadgate(
    (port) => ({
      'gw.yaml': `${gatewayYaml(port).replace('protocol: HTTP }', `protocol: HTTP }, { name: tcp, port: ${tcp}, protocol: TCP }`)}`,
      'services.yaml': serviceYaml('a', backend),
      'route.yaml': route.replace('rules: [{', `${broken} { name: all, matches: [{ path: { value: /a } }],`),
      'tcp.yaml': routeYaml('t', 'a')
        .replace('HTTPRoute', 'TCPRoute')
        .replace('{ name: gw }', '{ name: gw, sectionName: tcp }'),
    }),
    ['--plane', plane, '--envoy', await installEnvoy(), '--workers', '1', '--access-log', 'json', ...more],
  )
  t.after(() => headgate.stop())
  return { headgate, tcp, backend }
}

function ask(port: number, path: string): Promise<number> {
  const headers = { host: 'shop.test', 'user-agent': 'tester "1"\\' }
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject).end('12345')
  })
}

async function until(what: string, holds: () => boolean, state: () => string): Promise<void> {
  for (const end = Date.now() + 30_000; !holds(); await sleep(10))
    assert.ok(Date.now() < end, `never: ${what}\n${state()}`)
}

/** Where Headgate looks whether a port of TCP is open, Envoy sees a connection without a word. */
const isProbe = ({ protocol, bytesIn }: Line) => protocol === 'tcp' && bytesIn === 0

/** What two runs can't have in common. */
function comparable({ time, durationMs, endpoint, ...line }: Line): Line {
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(typeof durationMs, 'number')
  if (endpoint !== undefined) assert.match(String(endpoint), /^127\.0\.0\.1:\d+$/)
  return line
}

const of = (gateway: string, listener: string) => ({ gateway, listener: `${gateway}/${listener}` })
const request1 = { client: '127.0.0.1', method: 'POST', authority: 'shop.test', userAgent: 'tester "1"\\' }
const served = {
  ...{ ...request1, ...of('default/gw', 'http'), path: '/a?b=%20c', status: 200, bytesIn: 5, bytesOut: 5, tries: 1 },
  ...{ route: 'default/r', rule: 'all', backend: 'Service/default/a/80' },
}
const lost = { ...request1, gateway: 'default/gw', path: '/nowhere', status: 404, bytesIn: 0, tries: 0 }
const tunnel = {
  ...{ client: '127.0.0.1', protocol: 'tcp', bytesIn: 18, ...of('default/gw', 'tcp'), route: 'default/t', rule: 0 },
  backend: 'Service/default/a/80/tcp',
}

/** What docs/tasks/envoy.md lists. */
const expected = {
  embedded: [
    { ...served, protocol: 'http/1.1' },
    { ...lost, listener: 'default/gw/http', protocol: 'http/1.1', why: 'no route matches', bytesOut: 21 },
    { ...tunnel, status: 0, tries: 1 },
  ],
  envoy: [
    { ...served, protocol: 'HTTP/1.1', why: 'via_upstream', failure: '-' },
    { ...lost, protocol: 'HTTP/1.1', why: 'route_not_found', failure: 'NR', bytesOut: 0 },
    { ...tunnel, failure: '-' },
  ],
}

for (const plane of ['embedded', 'envoy'] as const)
  test(`each request and connection is a line: ${plane}`, async (t) => {
    const { headgate, tcp } = await start(t, plane, ['--access-log-fields', fields])
    const said = () => lines(headgate).filter((line) => !isProbe(line))
    assert.equal(await ask(headgate.port, '/a?b=%20c'), 200)
    assert.equal(await ask(headgate.port, '/nowhere'), 404)
    await new Promise<void>((resolve) => {
      const socket = connect(tcp, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
      socket.resume().on('close', () => resolve())
    })
    await until(
      'three lines',
      () => said().length === 3,
      () => headgate.output() + headgate.log(),
    )
    const [first, second, third] = said().map(comparable)
    const { bytesOut, ...rest } = third!
    assert.ok(Number(bytesOut) > 0)
    assert.deepEqual([first, second, rest], expected[plane])
  })

test('of a sample failures are written all the same; without fields there are the usual ones', async (t) => {
  const { headgate } = await start(t, 'envoy', ['--access-log-sample', '0'])
  for (let i = 0; i < 20; i++) assert.equal(await ask(headgate.port, '/a'), 200)
  assert.equal(await ask(headgate.port, '/broken'), 500)
  await until(
    'a line',
    () => lines(headgate).some(({ status }) => status === 500),
    () => headgate.output() + headgate.log(),
  )
  const said = lines(headgate)
  assert.deepEqual(
    said.map(({ status }) => status).filter((status) => status !== undefined),
    [500],
  )
  const usual = ['authority', 'bytesOut', 'client', 'durationMs', 'method', 'path', 'route', 'status', 'time', 'why']
  assert.deepEqual(Object.keys(said.find(({ status }) => status === 500)!).sort(), usual)
})

test('Envoy writes no text', async () => {
  await assert.rejects(
    startHeadgate((port) => ({ 'gw.yaml': gatewayYaml(port) }), ['--plane', 'envoy', '--access-log', 'text']),
    /say --access-log json/,
  )
})
