import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ServerCredentials } from '@grpc/grpc-js'
import { type EnvoyResources, noEnvoyResources } from '../envoy-resources.ts'
import type { Message } from '../message.ts'
import { FakeEnvoy, type FakeEnvoyOptions } from './fake-envoy.fixture.ts'
import { XdsServer, type XdsServerOptions } from './xds-server.ts'

const node = 'default/gw'

async function start(t: TestContext, options: Partial<XdsServerOptions> = {}) {
  const server = new XdsServer({ credentials: ServerCredentials.createInsecure(), graceMs: 30, ...options })
  const address = `127.0.0.1:${await server.listen('127.0.0.1:0')}`
  t.after(() => server.close())
  const connect = (more: Partial<FakeEnvoyOptions> = {}) => {
    const envoy = new FakeEnvoy({ address, node, ...more })
    t.after(() => envoy.close())
    return envoy
  }
  return { server, connect }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

const settled = (server: XdsServer) => () => {
  const { streams, settled } = server.report(node)
  return streams > 0 && settled === streams
}

const cluster = (name: string, more: Message = {}): Message => ({ name, connect_timeout: '1s', ...more })
const endpoints = (name: string, port = 80): Message => ({
  cluster_name: name,
  endpoints: [
    { lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } }] },
  ],
})
const listener = (name: string, more: Message = {}): Message => ({ name, ...more })
const route = (name: string, to: string): Message => ({
  name,
  virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: to } }] }],
})

function resources(clusters: readonly string[], to = clusters[0]!, port = 80): EnvoyResources {
  return {
    ...noEnvoyResources,
    cluster: clusters.map((name) => cluster(name)),
    endpoints: clusters.map((name) => endpoints(name, port)),
    listener: [listener('web')],
    route: [route('web', to)],
  }
}

test('nobody is answered before there is a configuration; then all comes, in its order', async (t) => {
  const { server, connect } = await start(t)
  const envoy = connect()
  await until('it is connected', () => server.report(node).streams === 1)
  assert.deepEqual(envoy.log, [])
  server.publish(node, resources(['a', 'b']))
  await until('it has all', settled(server))
  assert.deepEqual(envoy.log, ['cluster +a +b', 'endpoints +a +b', 'listener +web', 'route +web'])
})

test('a route moves to a new cluster after its endpoints, and the old one goes after the grace', async (t) => {
  const { server, connect } = await start(t)
  server.publish(node, resources(['a']))
  const envoy = connect()
  await until('it has all', settled(server))
  envoy.log.length = 0
  server.publish(node, resources(['b']))
  await until('the old one is gone', () => envoy.names('cluster').join() === 'b')
  await until('its endpoints, too', () => envoy.names('endpoints').join() === 'b')
  assert.deepEqual(envoy.log.slice(0, 3), ['cluster +b', 'endpoints +b', 'route +web'])
  assert.deepEqual(envoy.log.slice(3).sort(), ['cluster -a', 'endpoints -a'])
})

test('what is removed goes from the top: the listener first, then what it used', async (t) => {
  const { server, connect } = await start(t)
  const more = resources(['a', 'b'])
  server.publish(node, {
    ...more,
    listener: [...more.listener, listener('old')],
    route: [...more.route, route('old', 'b')],
  })
  const envoy = connect()
  await until('it has all', () => settled(server)() && envoy.names('route').length === 2)
  envoy.log.length = 0
  server.publish(node, resources(['a']))
  await until('all of it is gone', () => envoy.log.length >= 4 && settled(server)())
  assert.equal(envoy.log[0], 'listener -old')
  assert.deepEqual(envoy.log.slice(1).sort(), ['cluster -b', 'endpoints -b', 'route -old'])
})

test('each node has its own, and hears nothing of the others', async (t) => {
  const { server, connect } = await start(t)
  const [one, two] = [connect(), connect({ node: 'default/other' })]
  server.publish(node, resources(['a']))
  server.publish('default/other', resources(['b']))
  const isSettled = (name: string) => server.report(name).settled === 1
  await until('both have theirs', () => isSettled(node) && isSettled('default/other'))
  assert.deepEqual([one.names('cluster'), two.names('cluster')], [['a'], ['b']])
  one.log.length = 0
  server.publish('default/other', resources(['b', 'c']))
  await until('the other has it', () => two.names('endpoints').join() === 'b,c' && isSettled('default/other'))
  assert.deepEqual(one.log, [])
  server.remove('default/other')
  await until('it is parted with', () => server.streams === 1)
  assert.equal(server.report(node).settled, 1)
})

test('endpoints change alone, and what says the same is not sent', async (t) => {
  const { server, connect } = await start(t)
  server.publish(node, resources(['a', 'b']))
  const envoy = connect()
  await until('it has all', settled(server))
  envoy.log.length = 0
  server.publish(node, resources(['a', 'b'], 'a', 81))
  await until('it has all', settled(server))
  server.publish(node, resources(['a', 'b'], 'a', 81))
  await until('it has all', settled(server))
  assert.deepEqual(envoy.log, ['endpoints +a +b'])
})

test('a cluster that changes gets its endpoints once more: Envoy makes it anew, and does not ask', async (t) => {
  const { server, connect } = await start(t)
  const before = resources(['a', 'b'])
  server.publish(node, before)
  const envoy = connect()
  await until('it has all', settled(server))
  envoy.log.length = 0
  server.publish(node, { ...before, cluster: [cluster('a', { connect_timeout: '2s' }), cluster('b')] })
  await until('it has all', settled(server))
  assert.deepEqual(envoy.log, ['cluster +a', 'endpoints +a'])
})

test('a refused resource is set apart by its name; the rest arrives', async (t) => {
  const { server, connect } = await start(t)
  const envoy = connect({
    refuse: (_, names) => (names.includes('bad') ? 'Error adding/updating cluster(s) bad: no such thing' : undefined),
  })
  server.publish(node, resources(['a', 'bad', 'c']))
  await until('it has the rest', () => settled(server)() && envoy.names('route').length === 1)
  assert.deepEqual(envoy.names('cluster'), ['a', 'c'])
  const [refusal, ...more] = server.report(node).refusals
  assert.deepEqual([refusal?.kind, refusal?.name, more], ['cluster', 'bad', []])
  assert.match(refusal?.message ?? '', /no such thing/)
  server.publish(node, resources(['a', 'c']))
  await until('it is forgotten', () => server.report(node).refusals.length === 0)
})

test('a culprit that is not named is found by halves', async (t) => {
  const { server, connect } = await start(t)
  const envoy = connect({ refuse: (_, names) => (names.includes('c5') ? 'something is wrong' : undefined) })
  server.publish(node, resources(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7']))
  await until('it has the rest', () => settled(server)() && envoy.names('route').length === 1)
  assert.deepEqual(envoy.names('cluster'), ['c1', 'c2', 'c3', 'c4', 'c6', 'c7'])
  assert.deepEqual(
    server.report(node).refusals.map(({ name }) => name),
    ['c5'],
  )
})

test('a change that is refused leaves what was there; the same once more when it is offered again', async (t) => {
  let refuses = false
  const { server, connect } = await start(t)
  const envoy = connect({ refuse: (kind) => (refuses && kind === 'route' ? 'route web: no' : undefined) })
  server.publish(node, resources(['a', 'b']))
  await until('it has all', settled(server))
  const before = envoy.held.get('route')?.get('web')
  refuses = true
  server.publish(node, resources(['a', 'b'], 'b'))
  await until('it is refused', () => server.report(node).refusals.length === 1)
  await until('all is said', settled(server))
  // Another Envoy gets what was good.
  refuses = false
  const second = connect()
  await until('both are there', () => server.report(node).settled === 2 && second.names('route').length === 1)
  assert.equal(second.held.get('route')?.get('web'), before)
  server.retry(node)
  await until('both have the new one', () =>
    [envoy, second].every((one) => one.held.get('route')?.get('web') !== before),
  )
  assert.deepEqual(server.report(node).refusals, [])
})

test('what breaks the rules of the API is not sent, and is told', async (t) => {
  const { server, connect } = await start(t)
  const good = resources(['a'])
  server.publish(node, { ...good, cluster: [...good.cluster, cluster('x', { connect_timeout: '-1s' })] })
  const envoy = connect()
  await until('it has the rest', settled(server))
  assert.deepEqual(envoy.names('cluster'), ['a'])
  assert.match(server.report(node).refusals[0]?.message ?? '', /^cluster x: connect_timeout: must be more than 0s/)
})

test('who comes again says what it has, and gets the difference', async (t) => {
  const { server, connect } = await start(t)
  server.publish(node, resources(['a', 'b']))
  const first = connect()
  await until('it has all', settled(server))
  const has = new Map([['cluster', Object.fromEntries(first.held.get('cluster')!)]] as const)
  first.close()
  await until('it is gone', () => server.report(node).streams === 0)
  server.publish(node, { ...resources(['a', 'b']), cluster: [cluster('a'), cluster('b', { connect_timeout: '2s' })] })
  const second = connect({ has })
  await until('it is told', () => second.log.length > 0)
  assert.equal(second.log[0], 'cluster +b')
})

test('a stranger is told why, and gets nothing', async (t) => {
  const { server, connect } = await start(t, { admit: ({ node: name }) => (name === node ? undefined : 'not yours') })
  server.publish(node, resources(['a']))
  const stranger = connect({ node: 'default/other' })
  await until('it is refused', () => stranger.error !== undefined)
  assert.match(stranger.error?.message ?? '', /PERMISSION_DENIED: not yours/)
  assert.equal(server.report('default/other').streams, 0)
})

test('beyond the limit of streams clients are sent away; few start at a time, and all do', async (t) => {
  const { server, connect } = await start(t, { maxStreams: 8, maxStarting: 2 })
  server.publish(node, resources(['a']))
  const many = Array.from({ length: 10 }, () => connect())
  await until('all that may have it all', () => server.report(node).settled === 8)
  await until('two are sent away', () => many.filter(({ error }) => error).length === 2)
  assert.match(many.find(({ error }) => error)?.error?.message ?? '', /RESOURCE_EXHAUSTED/)
})

test('reports tell each change once', async (t) => {
  const told: string[] = []
  const { server, connect } = await start(t, { onReport: (_, report) => told.push(JSON.stringify(report)) })
  server.publish(node, resources(['a']))
  connect()
  await until('it has all', settled(server))
  await until('it is told', () => JSON.parse(told.at(-1) ?? '{}').settled === 1)
  assert.equal(new Set(told).size, told.length, told.join('\n'))
})
