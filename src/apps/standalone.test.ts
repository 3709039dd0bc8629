import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectChange } from '#api'
import { emptySnapshot, noChange } from '#ir'
import type { Translator } from '#translate'
import type { ServingHost } from './serving-host.ts'
import { Standalone } from './standalone.ts'

const remove = (name: string): ObjectChange => ({ kind: 'delete', key: `HTTPRoute/default/${name}` })

/** Says which changes it was given; an object of the name `bad` breaks it. */
function openTranslator(seen: string[][]): Translator {
  const gateways = new Map()
  return {
    apply: (changes, report) => {
      if (report === undefined) seen.push(changes.map(({ key }) => key.split('/')[2]!))
      if (changes.some(({ key }) => key.endsWith('/bad'))) throw new Error('bad')
      return { snapshot: emptySnapshot, delta: noChange, statuses: new Map(), statusChanges: [], gateways }
    },
  }
}

/** A plane that takes a change when it is told to. */
class SlowHost implements ServingHost {
  readonly ready = true
  readonly snapshot = emptySnapshot
  readonly failed = []
  readonly enqueue: ServingHost['enqueue'] = (work) => work()
  readonly metrics = async () => []
  readonly drain = async () => {}
  readonly stop = async () => {}
  serving = Promise.withResolvers<() => void>()

  async serve() {
    const taken = Promise.withResolvers<void>()
    this.serving.resolve(taken.resolve)
    await taken.promise
    return []
  }

  /** Waits until a change is being served, and lets it be. */
  async take(): Promise<void> {
    const resolve = await this.serving.promise
    this.serving = Promise.withResolvers()
    resolve()
  }
}

function open(seen: string[][], host: ServingHost): Standalone {
  return new Standalone({
    workers: 1,
    bind: ['127.0.0.1'],
    translator: openTranslator(seen),
    onStatuses: () => {},
    onLog: () => {},
    onProblem: () => {},
    openHost: () => host,
  })
}

test('what comes while the plane takes a change is one change for it, in its order', async () => {
  const [seen, host] = [[] as string[][], new SlowHost()]
  const standalone = open(seen, host)
  const first = standalone.apply([remove('a')])
  await host.serving.promise
  const others = ['b', 'c', 'd'].map((name) => standalone.apply([remove(name)]))
  await host.take()
  await first
  await host.take()
  await Promise.all(others)
  assert.deepEqual(seen, [['a'], ['b', 'c', 'd']])
  const last = standalone.apply([remove('e')])
  await host.take()
  await last
  assert.deepEqual(seen.at(-1), ['e'])
})

test('a change that breaks harms those that came with it, and none after them', async () => {
  const [seen, host] = [[] as string[][], new SlowHost()]
  const standalone = open(seen, host)
  await assert.rejects(standalone.apply([remove('bad')]), /bad/)
  const next = standalone.apply([remove('b')])
  await host.take()
  await next
  assert.deepEqual(seen, [['bad'], ['b']])
})
