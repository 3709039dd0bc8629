import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrandBook, loneErrands } from './errand-book.ts'
import type { FromErrands, ToErrands } from './errands.ts'

const wish = { freshMs: 100, pauseMs: 10 }

/** A book whose workers only take notes. */
class Desks {
  now = 1_000
  readonly sent: string[] = []
  readonly book = new ErrandBook(
    (row, message) => this.sent.push(`${row} ${describe(message)}`),
    () => this.now,
  )

  say(row: number, message: FromErrands): string[] {
    this.book.receive(row, message)
    return this.sent.splice(0)
  }

  ask(row: number, changes: Partial<typeof wish> = {}): string[] {
    return this.say(row, { kind: 'errand asked', name: 'n', wish: { ...wish, ...changes } })
  }

  found(row: number, text: string | undefined): string[] {
    return this.say(row, { kind: 'errand run', name: 'n', text })
  }
}

function describe(message: ToErrands): string {
  if (message.kind === 'run errand') return 'run'
  const { text, ageMs } = message.finding
  return text === undefined ? 'nothing' : `${text} of ${ageMs}`
}

test('one runs, all who asked hear of it, and who comes later is told', () => {
  const desks = new Desks()
  assert.deepEqual(desks.ask(0), ['0 run'])
  assert.deepEqual(desks.ask(1), [])
  assert.deepEqual(desks.found(0, 'a'), ['0 a of 0', '1 a of 0'])
  desks.now += 50
  assert.deepEqual(desks.ask(2), ['2 a of 50'])
  desks.now += 50
  assert.deepEqual(desks.ask(1), ['1 run'], 'not fresh any more')
  assert.deepEqual(desks.found(1, 'b'), ['0 b of 0', '1 b of 0', '2 b of 0'])
})

test('after a failure nobody tries before the pause is over, and what was known stays known', () => {
  const desks = new Desks()
  desks.ask(0)
  assert.deepEqual(desks.found(0, undefined), ['0 nothing'])
  assert.deepEqual(desks.ask(1), ['1 nothing'])
  desks.now += 10
  assert.deepEqual(desks.ask(1), ['1 run'])
  desks.found(1, 'a')
  desks.now += 100
  assert.deepEqual(desks.ask(0), ['0 run'])
  assert.deepEqual(desks.found(0, undefined), ['0 a of 100', '1 a of 100'])
  assert.deepEqual(desks.ask(1), ['1 a of 100'])
})

test('who wants newer than fresh has it, but not more often than the pause lets', () => {
  const desks = new Desks()
  desks.ask(0)
  desks.found(0, 'a')
  assert.deepEqual(desks.ask(1, { freshMs: 0 }), ['1 a of 0'])
  desks.now += 10
  assert.deepEqual(desks.ask(1, { freshMs: 0 }), ['1 run'])
})

test('a worker that dies at it, or hangs, is followed by one that waits', () => {
  const desks = new Desks()
  desks.ask(0)
  desks.ask(1)
  desks.book.gone(0)
  assert.deepEqual(desks.sent.splice(0), ['1 run'])
  desks.now += 20_000
  assert.deepEqual(desks.ask(2), ['2 run'])
  assert.deepEqual(desks.found(2, 'a'), ['1 a of 0', '2 a of 0'])
  desks.book.gone(1)
  desks.book.gone(2)
  assert.deepEqual(desks.ask(1), ['1 a of 0'], 'a new worker knows what the dead ones did')
})

test('what everybody has left is forgotten', () => {
  const desks = new Desks()
  desks.ask(0)
  desks.found(0, 'a')
  desks.say(0, { kind: 'errand left', name: 'n' })
  assert.deepEqual(desks.found(0, 'late'), [])
  assert.deepEqual(desks.ask(0), ['0 run'])
})

test('a plane without others runs its own', async () => {
  const errands = loneErrands(() => 0)
  const heard: (string | undefined)[] = []
  errands.enrol('n', { run: async () => 'a', hear: ({ text }) => heard.push(text) })
  errands.ask('n', wish)
  await Promise.resolve()
  assert.deepEqual(heard, ['a'])
  errands.ask('n', wish)
  assert.deepEqual(heard, ['a', 'a'])
})
