import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Options } from './command.ts'
import { parseControllerOptions } from './parse-run-options.ts'

function parse(words: Readonly<Record<string, string>>) {
  const options: Options = {
    one: (name) => words[name],
    all: (name) => (words[name] === undefined ? [] : [words[name]]),
    has: (name) => name in words,
  }
  return parseControllerOptions(options).planes
}

const pods = { image: 'headgate:1', feed: 'headgate.headgate-system:9443' }

test('data planes are pods, which need an image and a way back, or on this machine, which needs addresses', () => {
  const usual = { kind: 'pods', plane: 'embedded', ...pods, envoyImage: undefined }
  assert.deepEqual(parse(pods), { ...usual, feedListen: { address: undefined, port: 9443 } })
  const listen = parse({ ...pods, 'feed-listen': '[::1]:1234' })
  assert.deepEqual(listen, { ...usual, feedListen: { address: '::1', port: 1234 } })
  assert.deepEqual(parse({ 'host-mode': '', 'address-pool': '10.0.0.0/24' }), {
    kind: 'host',
    addressPool: '10.0.0.0/24',
    plane: 'embedded',
    envoy: undefined,
  })
})

test('what is missing, or makes no sense, is said', () => {
  assert.throws(() => parse({}), /--image/)
  assert.throws(() => parse({ image: 'x' }), /--feed HOST:PORT/)
  assert.throws(() => parse({ image: 'x', feed: 'headgate' }), /--feed HOST:PORT/)
  assert.throws(() => parse({ ...pods, 'feed-listen': 'here:1' }), /--feed-listen here:1/)
  assert.throws(() => parse({ 'host-mode': '' }), /--address-pool/)
  assert.throws(() => parse({ ...pods, envoy: '/bin/envoy' }), /--envoy-image/)
})
