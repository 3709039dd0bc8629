import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeProgram } from './machinery.fixture.ts'
import { runProgram } from './program.ts'

async function parse(...words: readonly string[]) {
  const { machinery, terminal, proxied, written } = fakeProgram()
  const code = await runProgram(['proxy', ...words], machinery, terminal)
  return { code, options: proxied[0], error: written.error }
}

const needed = ['--gateway', 'shop/front', '--feed', 'headgate.headgate-system:9443']

test('a proxy needs its Gateway and where the feed is; the rest is as a pod of ours has it', async () => {
  const { options } = await parse(...needed, '--workers', '2')
  assert.deepEqual(options, {
    gateway: 'shop/front',
    feed: { host: 'headgate.headgate-system', port: 9443 },
    authorityFile: '/var/run/headgate/feed/ca.crt',
    tokenFile: '/var/run/headgate/feed/token',
    name: undefined,
    stateFolder: '/var/lib/headgate',
    stateKeyFile: '/var/run/headgate/key/state.key',
    envoySockets: undefined,
    bind: [],
    workers: 2,
    admin: { address: '127.0.0.1', port: 9900 },
    place: {},
    drainDelayMs: 5_000,
    drainTimeoutMs: 30_000,
    accessLog: { format: 'off', fields: undefined, sample: 1 },
    redis: { url: undefined, timeoutMs: 100, whenAway: 'open' },
  })
  const off = await parse(...needed, '--state', 'off', '--state-key', 'off', '--drain-delay', '1m')
  assert.equal(off.options?.stateFolder, undefined)
  assert.equal(off.options?.stateKeyFile, undefined)
  assert.equal(off.options?.drainDelayMs, 60_000)
  assert.deepEqual((await parse('--gateway', 'a/b', '--feed', '[::1]:9443')).options?.feed, { host: '::1', port: 9443 })
})

test('what can not be meant is said', async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [[], /name the Gateway/],
    [['--gateway', 'front', '--feed', 'a:1'], /NAMESPACE\/NAME/],
    [['--gateway', 'a/b'], /where is the controller/],
    [['--gateway', 'a/b', '--feed', 'a'], /HOST:PORT/],
    [['--gateway', 'a/b', '--feed', 'a:70000'], /HOST:PORT/],
    [[...needed, '--drain-delay', 'soon'], /--drain-delay/],
  ]
  for (const [words, message] of cases) {
    const { code, error } = await parse(...words)
    assert.equal(code, 2, words.join(' '))
    assert.match(error, message)
  }
})
