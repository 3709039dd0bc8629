import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { shop } from '../../src/proxy/tls/certificates.fixture.ts'
import { classObject, gatewayObject, routeObject, serviceObjects, until, untilAnswered } from './fake-cluster.ts'
import { freePort } from './headgate-process.ts'
import { type FeedingController, type FeedRig, openFeedRig } from './proxy-process.ts'

/** The whole way of a change, each end a process of its own: API server, controller, feed, `headgate proxy`, traffic. */

async function backend(t: TestContext, text: string): Promise<number> {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

async function prepare(t: TestContext): Promise<FeedRig & { readonly port: number }> {
  const rig = await openFeedRig(t)
  const port = await freePort()
  const objects = [
    classObject(),
    gatewayObject('one', port),
    routeObject('one'),
    ...serviceObjects('s', await backend(t, 'hello')),
    ...serviceObjects('other', await backend(t, 'changed')),
  ]
  for (const object of objects) rig.cluster.fake.put(object)
  return { ...rig, port }
}

const untilServed = (controller: FeedingController, gateway = 'a/one') =>
  until(
    () => controller.reports.findLast((one) => one.gateway === gateway)?.isCurrent,
    () => `not served: ${JSON.stringify(controller.reports)} ${controller.log()}`,
  )

test('a proxy enrols and serves; changes arrive while requests run; a dead controller harms nobody', async (t) => {
  const { cluster, controller, proxy, port } = await prepare(t)
  const first = await controller()
  const one = await proxy('one', 'state')
  await one.untilReady()
  await untilServed(first)
  const url = `http://127.0.0.1:${port}/`
  assert.equal(await (await fetch(url)).text(), 'hello')
  const metrics = await (await fetch(`http://127.0.0.1:${one.adminPort}/metrics`)).text()
  assert.match(metrics, /^headgate_feed_connected 1$/m)
  assert.match(metrics, /^headgate_feed_version [1-9]/m)

  const load = keepAsking(t, () => port)
  await load.more(50)
  cluster.fake.put(routeObject('one', { service: 'other', generation: 2 }))
  await untilAnswered(url, (_, text) => text === 'changed')
  await first.kill('SIGKILL')
  await load.more(200)
  const again = await controller()
  await untilServed(again)
  cluster.fake.put(routeObject('one', { generation: 3 }))
  await untilAnswered(url, (_, text) => text === 'hello')
  await load.more(50)
  const answers = await load.stop()
  assert.deepEqual([...answers.keys()].sort(), ['200 changed', '200 hello'])
})

test('a proxy that starts again without a controller serves from its disk', async (t) => {
  const { controller, proxy, port } = await prepare(t)
  const feeding = await controller()
  const one = await proxy('one', 'state', ['--drain-delay', '0s'])
  await untilServed(feeding)
  await one.untilReady()
  await feeding.kill('SIGKILL')
  await one.kill('SIGTERM')
  assert.equal(one.child.exitCode, 0, one.log())

  const next = await proxy('one', 'state')
  await next.untilReady()
  assert.match(next.log(), /serving the last good configuration from disk/)
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello')
  // Without a copy there is nothing to serve, and it does not say that it is ready.
  const empty = await proxy('one', 'nowhere')
  await until(
    () => empty.log().includes('trying again'),
    () => empty.log(),
  )
  assert.equal(await empty.ready(), 503)
})

test('HTTPS starts again from the disk when the copy has a key, else it waits; HTTP does not', async (t) => {
  const { controller, proxy, port, cluster } = await prepare(t)
  const securePort = await freePort()
  const { chain, key } = shop
  const [certificate, privateKey] = [chain, key].map((text) => Buffer.from(text).toString('base64'))
  cluster.fake.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop', namespace: 'a' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': certificate, 'tls.key': privateKey },
  })
  const allowedRoutes = { namespaces: { from: 'Same' } }
  const tls = { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'shop' }] }
  const listeners = [
    { name: 'http', port, protocol: 'HTTP', allowedRoutes },
    { name: 'https', port: securePort, protocol: 'HTTPS', tls, allowedRoutes },
  ]
  cluster.fake.put(gatewayObject('one', port, { listeners }))
  const feeding = await controller()
  const started: [state: string, options: readonly string[]][] = [
    ['sealed', ['--drain-delay', '0s']],
    ['plain', ['--drain-delay', '0s', '--state-key', 'off']],
  ]
  for (const [state, options] of started) {
    const one = await proxy('one', state, options)
    await one.untilReady()
    await untilServed(feeding)
    assert.match(await subjectOf(securePort), /shop/)
    await one.kill('SIGTERM')
  }
  await feeding.kill('SIGKILL')
  for (const [state, options] of started) {
    const one = await proxy('one', state, options)
    await one.untilReady()
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text(), 'hello')
    if (state === 'sealed') assert.match(await subjectOf(securePort), /shop/)
    else {
      await assert.rejects(subjectOf(securePort), /ECONNREFUSED/)
      assert.match(one.log(), /what needs them waits for the controller/)
    }
    await one.kill('SIGTERM')
  }
})

/** Of the certificate that a listener shows. */
async function subjectOf(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'shop.test', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subjectaltname } = socket.getPeerCertificate()
  socket.destroy()
  return subjectaltname ?? ''
}

test('a token of nobody brings nothing', async (t) => {
  const { cluster, controller, proxy } = await prepare(t)
  const feeding = await controller()
  const stranger = await proxy('unknown', 'state')
  await until(
    () => stranger.log().includes('not one of a proxy of a Gateway of ours'),
    () => stranger.log(),
  )
  assert.equal(await stranger.ready(), 503)
  assert.ok(cluster.fake.requests.includes('POST /apis/authentication.k8s.io/v1/tokenreviews'))
  assert.equal(feeding.reports.length, 0)
})

test('listeners below 1024 are bound at the top of the range, and a port that is taken is reported', async (t) => {
  const { cluster, controller, proxy } = await prepare(t)
  const taken = await backend(t, 'not a gateway')
  const listeners = [80, taken].map((port, i) => ({
    name: `l${i}`,
    port,
    protocol: 'HTTP',
    allowedRoutes: { namespaces: { from: 'Same' } },
  }))
  cluster.fake.put(gatewayObject('two', 80, { listeners }))
  cluster.fake.put(routeObject('two', { name: 'r2' }))
  const feeding = await controller()
  const two = await proxy('two', 'state')
  await untilServed(feeding, 'a/two')
  await two.untilReady()
  assert.equal(await (await fetch('http://127.0.0.1:64592/')).text(), 'hello')
  assert.deepEqual(
    feeding.reports.at(-1)?.failed.map(({ listener, why }) => [listener, why]),
    [['a/two/l1', 'another program listens there']],
  )
})

test('a proxy that ends is not ready at once, takes connections for a while, and loses no request of connections that stay', async (t) => {
  const { controller, proxy, port, cluster } = await prepare(t)
  const otherPort = await freePort()
  cluster.fake.put(gatewayObject('two', otherPort))
  cluster.fake.put(routeObject('two', { name: 'r2' }))
  await controller()
  const going = await proxy('one', 'state-1', ['--drain-delay', '2s'])
  const staying = await proxy('two', 'state-2')
  for (const one of [going, staying]) await one.untilReady()

  // As a Service does it: who is ready gets new connections, and those that are open stay where they are.
  let isGoingReady = true
  const load = keepAsking(t, () => (isGoingReady ? port : otherPort))
  const ended = once(going.child, 'exit')
  await load.more(200)
  going.child.kill('SIGTERM')
  await until(
    () => going.log().includes('not ready any more'),
    () => going.log(),
  )
  assert.equal(await going.ready(), 503)
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text(), 'hello')
  isGoingReady = false
  await ended
  await load.more(200)
  const answers = await load.stop()
  assert.equal(going.child.exitCode, 0, going.log())
  assert.deepEqual([...answers.keys()], ['200 hello'])
})

interface Load {
  /** Waits for so many more answers. */
  more(requests: number): Promise<void>
  /** How often each answer came. */
  stop(): Promise<ReadonlyMap<string, number>>
}

/** Clients that keep their connection as long as they may. @param portOf asked for each new connection */
function keepAsking(t: TestContext, portOf: () => number): Load {
  const agents = Array.from({ length: 8 }, () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    agent.createConnection = () => connect(portOf(), '127.0.0.1')
    return agent
  })
  const answers = new Map<string, number>()
  let count = 0
  let isRunning = true
  const running = agents.map(async (agent) => {
    for (; isRunning; count++) {
      const answer = await ask(agent)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  })
  const stop = async () => {
    isRunning = false
    await Promise.all(running)
    for (const agent of agents) agent.destroy()
    return answers
  }
  t.after(stop)
  return {
    async more(requests) {
      const enough = count + requests
      await until(
        () => count >= enough,
        () => `${count} answers, ${enough} awaited`,
      )
    },
    stop,
  }
}

function ask(agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get('http://gateway.test/', { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(`${response.statusCode} ${text}`))
      response.on('error', (error) => resolve(`failed: ${error.message}`))
    })
    request.on('error', (error) => resolve(`failed: ${error.message}`))
  })
}
