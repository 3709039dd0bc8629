import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Backend, emptySnapshot, type Snapshot } from '#ir'
import { Secret } from '#kit/secret.ts'
import { perCollection } from './collections.ts'
import { certificateOf, listenerOf, routeOf } from './feed.fixture.ts'
import { LastGood, type LastGoodOptions } from './last-good.ts'

const backend: Backend = {
  key: 'Service/a/s/80',
  origin: { kind: 'Service', namespace: 'a', name: 's' },
  port: 80,
  protocol: 'http1',
  connectTimeoutMs: 5_000,
  tls: {
    hostname: 's.test',
    trust: { kind: 'system' },
    subjectAltNames: [],
    clientCertificate: { chain: 'chain', privateKey: new Secret('BACKEND KEY') },
  },
}
const plain = { ...listenerOf('a/one'), key: 'a/one/plain' }
const secretFilter = { kind: 'login', password: new Secret('PASSWORD') }
const snapshot: Snapshot = {
  ...emptySnapshot,
  listeners: [listenerOf('a/one', ['a/c']), plain],
  routes: [
    routeOf('a/one', 'encrypted'),
    routeOf('a/one', 'open', { listener: plain.key }),
    routeOf('a/one', 'shy', { listener: plain.key, filters: [secretFilter] }),
  ],
  backends: [backend],
  certificates: [certificateOf('a/c', 'LISTENER KEY')],
}
const good = { position: { epoch: 'e', version: 7, hashes: perCollection(() => 'h') }, snapshot }

function prepare(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-last-good-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const log: string[] = []
  const open = (options: Partial<LastGoodOptions> = {}) =>
    new LastGood({ folder, gateway: 'a/one', onLog: (line) => log.push(line), ...options })
  return { folder, log, open, keyFile: path.join(folder, 'key'), file: path.join(folder, 'last-good') }
}

async function write(copy: LastGood): Promise<void> {
  copy.note(good)
  await copy.flush()
}

test('with a key everything comes back, and nothing of it can be read on the disk', async (t) => {
  const { open, keyFile, file, folder } = prepare(t)
  await write(open({ keyFile }))
  const bytes = readFileSync(file, 'latin1')
  for (const word of ['LISTENER KEY', 'PASSWORD', 'a/one', 'Service']) assert.ok(!bytes.includes(word), word)
  const loaded = open({ keyFile }).load()
  assert.equal(loaded?.snapshot.certificates[0]?.privateKey.reveal(), 'LISTENER KEY')
  assert.deepEqual(loaded, { ...good, withheld: '' })
  assert.deepEqual(readdirSync(folder).sort(), ['key', 'last-good'])
})

test('without a key secrets are left out, what needs them waits, and the log says so', async (t) => {
  const { open, file, log } = prepare(t)
  await write(open())
  const bytes = readFileSync(file, 'latin1')
  for (const word of ['LISTENER KEY', 'PASSWORD', 'BACKEND KEY']) assert.ok(!bytes.includes(word), word)
  assert.match(log[0]!, /without private keys/)
  const loaded = open().load()
  assert.ok(loaded)
  assert.equal(loaded.position, undefined)
  assert.match(loaded.withheld, /waits for the controller/)
  assert.deepEqual(loaded.snapshot.listeners, [plain])
  const routes = loaded.snapshot.routes.map(({ key, action, filters }) => [
    key.split('/')[2],
    action.kind,
    filters.length,
  ])
  assert.deepEqual(routes, [
    ['open', 'respond', 0],
    ['shy', 'respond', 0],
  ])
  assert.deepEqual(loaded.snapshot.routes[1]?.action, {
    kind: 'respond',
    status: 503,
    why: 'what it needs is secret and not kept on disk; the controller brings it',
  })
  assert.equal(loaded.snapshot.backends[0]?.tls?.trust.kind, 'nobody')
})

test('a copy that is damaged, of another Gateway, or sealed with another key is not used, and the log says why', async (t) => {
  const { open, keyFile, file, log, folder } = prepare(t)
  await write(open())
  assert.equal(open({ gateway: 'b/two' }).load(), undefined)
  assert.match(log.at(-1)!, /it is of Gateway a\/one/)
  writeFileSync(file, readFileSync(file).subarray(0, -10))
  assert.equal(open().load(), undefined)
  assert.match(log.at(-1)!, /damaged/)

  await write(open({ keyFile }))
  assert.equal(open().load(), undefined)
  assert.match(log.at(-1)!, /no key/)
  assert.equal(open({ keyFile: path.join(folder, 'other') }).load(), undefined)
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
  assert.equal(open({ keyFile }).load(), undefined)
  writeFileSync(file, '')
  assert.equal(open({ keyFile }).load(), undefined)
})

test('what changes in quick succession is written once, the last of it', async (t) => {
  const { open, keyFile } = prepare(t)
  const copy = open({ keyFile })
  for (let version = 1; version <= 5; version++) copy.note({ ...good, position: { ...good.position, version } })
  assert.equal(open({ keyFile }).load(), undefined)
  await copy.flush()
  assert.equal(open({ keyFile }).load()?.position?.version, 5)
})
