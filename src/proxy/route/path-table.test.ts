import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HttpMatch, matchesPath, type PathMatch, pathRank, type Route } from '#ir'
import { route } from '../plane.fixture.ts'
import { compileMatch, Question } from './match-list.ts'
import { PathTable } from './path-table.ts'

const call = new Question('POST', ['content-type', 'application/grpc'], undefined)
const page = new Question('POST', ['content-type', 'text/html'], undefined)

const match = (kind: PathMatch['kind'], value: string, more: Partial<HttpMatch> = {}): HttpMatch => ({
  path: { kind, value },
  headers: [],
  query: [],
  ...more,
})

function tableOf(...entries: readonly [string, HttpMatch, Partial<Route>?][]) {
  const table = new PathTable<string>()
  const candidates = entries.map(([name, one, changes]) => compileMatch(route(name, changes), one, 0, name))
  for (const candidate of candidates) table.put(candidate)
  return { table, candidates, find: (path: string, question = call) => table.find(path, question)?.target }
}

test('a method of any service comes after prefixes that name something, and before /', () => {
  const { find } = tableOf(
    ['root', match('prefix', '/')],
    ['method', match('method', 'Get')],
    ['service', match('prefix', '/a.B')],
    ['exact', match('exact', '/a.B/Get')],
  )
  assert.equal(find('/a.B/Get'), 'exact')
  assert.equal(find('/a.B/Put'), 'service')
  assert.equal(find('/c.D/Get'), 'method')
  for (const path of ['/c.D/Put', '/c.D/e/Get', '/Get', '//Get', '/c.D/Get/', '/'])
    assert.equal(find(path), 'root', path)
})

test('a rule of gRPC sees only calls; of equal paths it goes first, however young', () => {
  const { find } = tableOf(
    ['http', match('prefix', '/', { method: 'POST' }), { createdAt: '2020-01-01T00:00:00Z' }],
    ['grpc', match('prefix', '/'), { grpc: true, createdAt: '2026-01-01T00:00:00Z' }],
    ['longer', match('prefix', '/a')],
  )
  assert.equal(find('/x/y'), 'grpc')
  assert.equal(find('/x/y', page), 'http')
  assert.equal(find('/a/y'), 'longer')
})

test('a method that is taken out is gone', () => {
  const { table, candidates, find } = tableOf(['method', match('method', 'Get')])
  assert.ok(!table.empty)
  table.delete(candidates[0]!)
  assert.equal(find('/c.D/Get'), undefined)
  assert.ok(table.empty)
})

test('the table finds what the plain reading of all matches finds', () => {
  const elements = ['', 'a', 'b', 'Get']
  const paths = elements
    .flatMap((a) => elements.flatMap((b) => elements.map((c) => `/${a}/${b}/${c}`)))
    .concat('/', '/a')
  const matches = (['exact', 'prefix', 'method', 'regex'] as const).flatMap((kind) =>
    ['a', 'Get', 'b'].map((value) =>
      match(kind, kind === 'method' ? value : kind === 'regex' ? `/${value}.*` : `/${value}`),
    ),
  )
  for (let mask = 1; mask < 1 << matches.length; mask += 7) {
    const chosen = matches.filter((_, i) => mask & (1 << i))
    const { find } = tableOf(...chosen.map((one, i): [string, HttpMatch] => [`r${i}`, one]))
    for (const path of paths) {
      const plain = chosen
        .map((one, i) => ({ one, name: `r${i}` }))
        .filter(({ one }) => matchesPath(one.path, path))
        .sort(
          (x, y) =>
            pathRank(x.one.path) - pathRank(y.one.path) ||
            y.one.path.value.length - x.one.path.value.length ||
            x.name.localeCompare(y.name, 'en', { numeric: true }),
        )
      const found = find(path)
      const best = plain[0]
      if (best && ['exact', 'prefix', 'method'].includes(best.one.path.kind)) assert.equal(found, best.name, path)
      else assert.equal(found === undefined, best === undefined, path)
    }
  }
})
