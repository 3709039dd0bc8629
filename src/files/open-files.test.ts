import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { KubeObject } from '#api'
import { ok, problem } from '#kit/outcome.ts'
import { formatFileProblem, type LoadResult, type ObjectRules, openFiles } from './index.ts'

const rules: ObjectRules = {
  validate(input) {
    const object = input as KubeObject & { spec?: { port?: unknown } }
    if (typeof object.spec?.port === 'string') {
      return problem('Invalid', 'must be a number, not text', 'spec.port')
    }
    return ok(object)
  },
  isKnownKind: (apiVersion, kind) => apiVersion !== 'apps/v1' && kind !== 'Deployment',
  isNamespaced: (_apiVersion, kind) => kind !== 'GatewayClass',
}

const service = (name: string, port: number | string = 80) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  port: ${JSON.stringify(port)}\n`

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'headgate-files-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function summary(result: LoadResult): string[] {
  return result.changes.map((change) =>
    change.kind === 'put' ? `${change.key} g${change.object.metadata.generation}` : `-${change.key}`,
  )
}

/**
 * Watches a folder; `next` waits for the next report, `quiet` for none.
 * @param settleMs longer where a test writes in steps, which a busy machine stretches
 */
async function watched(t: TestContext, paths: readonly string[], settleMs = 40) {
  const source = openFiles({ paths, rules, timing: { quietMs: 5, settleMs, lookMs: 300 } })
  const first = await source.load()
  const reports: LoadResult[] = []
  let wake = () => {}
  const watching = source.watch((result) => {
    reports.push(result)
    wake()
  })
  t.after(() => watching[Symbol.dispose]())
  await new Promise((resolve) => setTimeout(resolve, 20))
  return {
    first,
    async next(): Promise<LoadResult> {
      if (reports.length === 0) {
        const timer = setTimeout(() => wake(), 60_000)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        clearTimeout(timer)
      }
      const report = reports.shift()
      assert.ok(report, 'no report within a minute')
      return report
    },
    async quiet(ms: number): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, ms))
      assert.deepEqual(reports.map(summary), [])
    },
  }
}

test('reads folders, lists and several documents, and skips what is not a manifest', async (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'sub'))
  writeFileSync(path.join(folder, 'a.yaml'), `%YAML 1.1\n---\n${service('one')}--- # nothing\n---\n${service('two')}`)
  spawnSync('mkfifo', [path.join(folder, 'pipe.yaml')])
  writeFileSync(path.join(folder, 'sub', 'b.json'), '{"apiVersion":"v1","kind":"Service","metadata":{"name":"three"}}')
  writeFileSync(
    path.join(folder, 'list.yml'),
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: four, namespace: x}}\n- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}\n',
  )
  writeFileSync(path.join(folder, 'class.yaml'), 'apiVersion: g/v1\nkind: GatewayClass\nmetadata: {name: c}\n')
  for (const name of ['.hidden.yaml', 'a.yaml~', '#a.yaml#', '.a.yaml.swp', 'notes.md'])
    writeFileSync(path.join(folder, name), 'x: [')
  const result = await openFiles({ paths: [folder], rules }).load()
  assert.deepEqual(result.problems, [])
  assert.deepEqual(summary(result), [
    'Service/default/one g1',
    'Service/default/two g1',
    'GatewayClass//c g1',
    'Service/x/four g1',
    'Service/default/three g1',
  ])
  assert.deepEqual([...result.ignored], [['apps/v1 Deployment', 1]])
  const put = result.changes[0]!
  assert.ok(put.kind === 'put')
  assert.equal(put.object.metadata.namespace, 'default')
  assert.match(put.object.metadata.uid!, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('reads standard input', async () => {
  const result = await openFiles({
    paths: ['-'],
    rules,
    stdin: Readable.from([service('a', 'x'), '---\n', service('b')]),
  }).load()
  assert.deepEqual(summary(result), ['Service/default/b g1'])
  assert.deepEqual(result.problems.map(formatFileProblem), ['<stdin>:6:3: spec.port: must be a number, not text'])
})

test('each problem has its place, and a problem does not hurt its neighbours', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(
    file,
    `${service('good')}---\n${service('bad', 'x')}---\nkind: Service\n---\na: [\n---\n- 1\n---\n${service('good', 81)}---\na: 1\n\tb: 2\n`,
  )
  writeFileSync(
    path.join(folder, 'list.yaml'),
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: l}}\n- apiVersion: v1\n  kind: Service\n  metadata: {name: m}\n  spec:\n    port: "http"\n',
  )
  const result = await openFiles({ paths: [folder, path.join(folder, 'none.yaml')], rules }).load()
  assert.deepEqual(summary(result), ['Service/default/good g1', 'Service/default/l g1'])
  const lines = result.problems.map((one) => formatFileProblem(one).replaceAll(`${folder}/`, ''))
  assert.deepEqual(lines.slice(0, 2), [
    'a.yaml:13:3: spec.port: must be a number, not text',
    'a.yaml:15:1: apiVersion: apiVersion is missing or no text; Service needs one such as gateway.networking.k8s.io/v1',
  ])
  assert.match(lines[2]!, /^a\.yaml:1[78]:/)
  assert.match(lines[3]!, /^a\.yaml:19:1: this is no Kubernetes object/)
  assert.match(lines[4]!, /^a\.yaml:21:1: Service\/default\/good is already defined at .*a\.yaml:1:1/)
  assert.match(lines[5]!, /^a\.yaml:29:1: .*tab/)
  const rest = lines.slice(-2)
  assert.deepEqual(rest, [
    'list.yaml:9:5: spec.port: must be a number, not text',
    'none.yaml:1:1: no such file or folder',
  ])
})

test('a change is one batch, the generation follows the spec only', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, `${service('one')}---\n${service('two')}`)
  const watch = await watched(t, [folder])
  writeFileSync(file, `${service('one', 81)}---\n${service('two', 82)}`)
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g2', 'Service/default/two g2'])
  const labelled = service('two', 82).replace('name: two', 'name: two\n  labels: {a: b}')
  writeFileSync(file, `# comment\n${service('one', 81)}---\n${labelled}`)
  assert.deepEqual(summary(await watch.next()), ['Service/default/two g2'])
  writeFileSync(file, `# other comment\n${service('one', 81)}---\n${labelled}`)
  await watch.quiet(80)
})

test('atomic saves, new files, folders that come and go, and deleted objects are seen', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, service('one'))
  const watch = await watched(t, [folder])
  writeFileSync(path.join(folder, '.a.yaml.swp'), service('one', 2))
  renameSync(path.join(folder, '.a.yaml.swp'), file)
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g2'])
  mkdirSync(path.join(folder, 'sub'))
  writeFileSync(path.join(folder, 'sub', 'b.yaml'), service('two'))
  assert.deepEqual(summary(await watch.next()), ['Service/default/two g1'])
  writeFileSync(path.join(folder, 'sub', 'b.yaml'), service('two', 3))
  assert.deepEqual(summary(await watch.next()), ['Service/default/two g2'])
  rmSync(path.join(folder, 'sub'), { recursive: true })
  assert.deepEqual(summary(await watch.next()), ['-Service/default/two'])
  writeFileSync(file, '# empty\n')
  assert.deepEqual(summary(await watch.next()), ['-Service/default/one'])
})

test('an object that moves to another file or gets half saved is never taken away', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, `${service('one')}---\n${service('two')}`)
  const watch = await watched(t, [folder], 1_000)
  writeFileSync(file, '')
  await new Promise((resolve) => setTimeout(resolve, 20))
  writeFileSync(file, `${service('one')}---\napiVersion: v1\nkind: Ser`)
  await new Promise((resolve) => setTimeout(resolve, 20))
  writeFileSync(file, `${service('one')}---\n${service('two', 9)}`)
  assert.deepEqual(summary(await watch.next()), ['Service/default/two g2'])
  writeFileSync(file, service('one'))
  writeFileSync(path.join(folder, 'b.yaml'), service('two', 9))
  await watch.quiet(120)
})

test('broken text keeps the last good object, is told once, and its mending is told', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, `${service('one')}---\n${service('two')}`)
  const watch = await watched(t, [folder])
  writeFileSync(file, `${service('one', 'x')}---\n${service('two', 5)}`)
  const broken = await watch.next()
  assert.deepEqual(summary(broken), ['Service/default/two g2'])
  assert.deepEqual(
    broken.appeared.map((one) => `${one.object} ${one.line}:${one.column}`),
    ['Service/default/one 6:3'],
  )
  writeFileSync(file, `# a line more\n${service('one', 'x')}---\n${service('two', 5)}`)
  await watch.quiet(100)
  writeFileSync(file, `${service('one')}---\nkind: [\n`)
  const worse = await watch.next()
  assert.deepEqual(summary(worse), [])
  assert.deepEqual([worse.appeared.length, worse.mended.length], [1, 1])
  writeFileSync(file, `${service('one', 6)}---\n${service('two', 5)}`)
  const mended = await watch.next()
  assert.deepEqual(summary(mended), ['Service/default/one g2'])
  assert.deepEqual([mended.problems.length, mended.mended.length], [0, 1])
})

test('a broken document whose name is what broke takes no object of its file away', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, `${service('one')}---\n${service('two')}`)
  const watch = await watched(t, [folder])
  writeFileSync(file, `${service('one')}---\n${service('tow', 'x')}`)
  const broken = await watch.next()
  assert.deepEqual([summary(broken), broken.appeared.length], [[], 1])
  writeFileSync(file, `${service('one')}---\n${service('tow')}`)
  assert.deepEqual(summary(await watch.next()).sort(), ['-Service/default/two', 'Service/default/tow g1'])
})

test('the links of a mounted ConfigMap are followed when they swap', async (t) => {
  const folder = temporaryFolder(t)
  const version = (name: string, port: number) => {
    mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, name, 'a.yaml'), service('one', port))
  }
  version('..2024', 1)
  symlinkSync('..2024', path.join(folder, '..data'))
  symlinkSync('..data/a.yaml', path.join(folder, 'a.yaml'))
  const watch = await watched(t, [folder])
  assert.deepEqual(summary(watch.first), ['Service/default/one g1'])
  version('..2025', 2)
  symlinkSync('..2025', path.join(folder, '..data_tmp'))
  renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'))
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g2'])
})

test('a folder that vanishes keeps its objects, and is read when it is back', async (t) => {
  const folder = path.join(temporaryFolder(t), 'conf')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'a.yaml'), service('one'))
  const watch = await watched(t, [`${folder}/`])
  rmSync(folder, { recursive: true })
  const gone = await watch.next()
  assert.deepEqual(
    [summary(gone), gone.appeared.map((one) => one.message)],
    [[], ['no such file or folder; what it held stays']],
  )
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'a.yaml'), service('one', 2))
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g2'])
  writeFileSync(path.join(folder, 'a.yaml'), service('one', 3))
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g3'])
})

test('a file that is named survives being renamed over and being linked', async (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'real'))
  writeFileSync(path.join(folder, 'real', 'target'), service('linked'))
  symlinkSync('real/target', path.join(folder, 'link.yaml'))
  writeFileSync(path.join(folder, 'a.yaml'), service('one'))
  const watch = await watched(t, [path.join(folder, 'a.yaml'), path.join(folder, 'link.yaml')])
  writeFileSync(path.join(folder, 'new'), service('one', 2))
  renameSync(path.join(folder, 'new'), path.join(folder, 'a.yaml'))
  assert.deepEqual(summary(await watch.next()), ['Service/default/one g2'])
  writeFileSync(path.join(folder, 'real', 'target'), service('linked', 2))
  assert.deepEqual(summary(await watch.next()), ['Service/default/linked g2'])
})

test('built-in objects stand until a file has its own', async (t) => {
  const folder = temporaryFolder(t)
  const builtIn = [{ apiVersion: 'g/v1', kind: 'GatewayClass', metadata: { name: 'headgate' }, spec: { own: false } }]
  const source = openFiles({ paths: [folder], rules, builtIn })
  assert.deepEqual(summary(await source.load()), ['GatewayClass//headgate g1'])
  writeFileSync(
    path.join(folder, 'a.yaml'),
    'apiVersion: g/v1\nkind: GatewayClass\nmetadata: {name: headgate}\nspec: {own: true}\n',
  )
  assert.deepEqual(summary(await source.load()), ['GatewayClass//headgate g2'])
  rmSync(path.join(folder, 'a.yaml'))
  assert.deepEqual(summary(await source.load()), ['GatewayClass//headgate g3'])
})

test('a file that is emptied first and written a good while later loses nothing; one that stays empty does', async (t) => {
  const folder = temporaryFolder(t)
  const file = path.join(folder, 'a.yaml')
  writeFileSync(file, service('one'))
  const { next, quiet } = await watched(t, [folder], 300)
  writeFileSync(file, '')
  // Longer than the time after which other doubtful readings are believed, and much shorter than that for emptied files.
  await quiet(500)
  writeFileSync(file, service('one', 81))
  assert.deepEqual(summary(await next()), ['Service/default/one g2'])
  writeFileSync(file, '')
  assert.deepEqual(summary(await next()), ['-Service/default/one'])
})
