import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { findCycles } from './cycles.ts'
import { type Import, parseImports, readImports } from './imports.ts'
import { report, root } from './tree.ts'

/** Who may knock at which door. The table of docs/architecture.md, as data. */
const rooms: Readonly<Record<string, Room>> = {
  kit: { doors: [], npm: false, pure: true },
  api: { doors: ['kit'], npm: true, pure: true },
  ir: { doors: ['kit'], npm: false, pure: true },
  translate: { doors: ['api', 'ir', 'kit'], npm: false, pure: true },
  proxy: { doors: ['ir', 'kit'], npm: false, pure: false },
  envoy: { doors: ['ir', 'kit'], npm: true, pure: false },
  alb: { doors: ['ir', 'kit'], npm: true, pure: false },
  feed: { doors: ['ir', 'kit'], npm: true, pure: false },
  ratelimit: { doors: ['ir', 'kit'], npm: true, pure: false },
  picker: { doors: ['ir', 'kit'], npm: false, pure: false },
  kube: { doors: ['api', 'kit'], npm: true, pure: false },
  files: { doors: ['api', 'kit'], npm: true, pure: false },
  admin: { doors: ['api', 'ir', 'translate', 'kit'], npm: false, pure: false },
  cli: { doors: ['api', 'ir', 'translate', 'kit'], npm: true, pure: false },
  // Signatures of tokens are a library's work.
  features: { doors: ['ir', 'kit'], npm: ['jose'], pure: false },
  apps: { doors: 'all', npm: true, pure: false },
}

interface Room {
  /** Rooms whose doors it may use. */
  readonly doors: readonly string[] | 'all'
  /** Whether it may import npm packages, or which; the proxy's bundle stays small. */
  readonly npm: boolean | readonly string[]
  /** No I/O: only built-ins that compute. */
  readonly pure: boolean
}

/** Built-ins that touch nothing outside the process; `node:net` and `node:tls` are there for isIP and the like. */
const computing = [
  'node:util',
  'node:crypto',
  'node:buffer',
  'node:url',
  'node:net',
  'node:tls',
  'node:path',
  'node:querystring',
]

/** A file of a slice talks to the room it is named after, and to no other. */
const sliceRooms = ['translate', 'proxy', 'envoy', 'alb', 'picker']
const sliceFiles = [...sliceRooms, 'api', 'ir', 'supports']

const imports = readImports('src')

test('every room of src is in the table', () => {
  const unknown = readdirSync(path.join(root, 'src')).filter((room) => !(room in rooms))
  assert.deepEqual(unknown, [], `give these folders of src a row in ${path.basename(import.meta.filename)}`)
})

test('rooms import only what their row allows', () => {
  const offences = imports.flatMap((one) => judge(one))
  assert.equal(offences.length, 0, report('imports that leave their room the wrong way:', offences))
})

test('a file of a slice belongs to one room', () => {
  const doors = new Map<string, Set<string>>()
  for (const { file, specifier } of imports) {
    const door = specifier.slice(1)
    if (!/^src\/features\/[^/]+\//.test(file) || file.endsWith('.test.ts') || !sliceRooms.includes(door)) continue
    doors.set(file, (doors.get(file) ?? new Set()).add(door))
  }
  const offences = [...doors].flatMap(([file, used]) => (used.size > 1 ? [`${file}: ${[...used].join(', ')}`] : []))
  assert.equal(offences.length, 0, report('files that mix rooms, so that no bundle can leave one out:', offences))
})

test('no file of src imports itself through others', () => {
  // Types may go in circles inside a room: they are erased. Code that does can't be read or loaded from one end.
  const knots = findCycles(imports.filter((one) => !one.typeOnly && !one.file.endsWith('.test.ts')))
  assert.equal(
    knots.length,
    0,
    report('import cycles (move what both need into a file of its own, or hand the function in):', knots),
  )
})

test('the judge names the line that breaks a rule', () => {
  const cases: readonly [string, string, RegExp | null][] = [
    ['src/proxy/a.ts', "import { x } from './b.ts'", null],
    ['src/proxy/a.ts', "import { isIP } from 'node:net'", null],
    ['src/proxy/a.ts', "import { x } from '#ir'", null],
    ['src/proxy/a.ts', "import type { x } from '#api'", /proxy may not use #api/],
    ['src/proxy/a.ts', "import { parse } from 'yaml'", /no npm package/],
    ['src/features/a/b.ts', "import { parse } from 'yaml'", /no npm package/],
    ['src/proxy/a.test.ts', "import { parse } from 'yaml'", null],
    ['src/proxy/http1/a.ts', "import { x } from '../../ir/route.ts'", /use its door/],
    ['src/proxy/http1/a.ts', "import { x } from '#proxy'", /relative inside a room/],
    ['src/translate/a.ts', "import { readFileSync } from 'node:fs'", /pure/],
    ['src/translate/a.ts', "let x: import('#proxy').Plane", /translate may not use #proxy/],
    ['src/ir/a.ts', "\n\nimport {\n  x,\n} from '#translate'", /^src\/ir\/a\.ts:5: /],
    ['src/features/cors/proxy.ts', "import type { FilterHooks } from '#proxy'", null],
    [
      'src/features/cors/proxy.ts',
      "import type { FilterScope } from '#translate'",
      /proxy\.ts of a feature may not use #translate/,
    ],
    ['src/features/cors/ir.ts', "import type { Fields } from '#proxy'", /ir\.ts of a feature may not/],
    ['src/features/cors/origin.ts', "import type { Fields } from '#proxy'", null],
    ['src/features/cors/origin.ts', "import type { KubeObject } from '#api'", /a feature knows/],
    ['src/features/cors/proxy.ts', "import { x } from './api.ts'", /only translate\.ts reads api\.ts/],
    ['src/features/cors/proxy.ts', "import { x } from '../request-mirror/ir.ts'", /another feature/],
    ['src/features/proxy.ts', "import { cors } from './cors/proxy.ts'", null],
    ['src/apps/run.ts', "import { x } from '#proxy'", null],
    ['src/apps/run.ts', "import { x } from '../proxy/workers/pool.ts'", /use its door/],
    ['src/kit/a.ts', "// import { x } from '#proxy'", null],
  ]
  for (const [file, text, expected] of cases) {
    const found = parseImports(file, text).flatMap((one) => judge(one))
    if (expected === null) assert.deepEqual(found, [], `${file}: ${text}`)
    else assert.match(found.join('\n'), expected, `${file}: ${text}`)
  }
})

/** What is wrong with one import; nothing when it is fine. */
function judge(one: Import): string[] {
  const why = judgeImport(one)
  return why === undefined ? [] : [`${one.file}:${one.line}: '${one.specifier}': ${why}`]
}

function judgeImport({ file, specifier, target }: Import): string | undefined {
  const [, name = '', slice = ''] = file.split('/')
  const room = rooms[name]
  if (room === undefined) return `the room ${name} has no row in the table`
  const isTest = file.endsWith('.test.ts')

  if (specifier.startsWith('node:')) {
    if (!room.pure || isTest || computing.includes(specifier)) return undefined
    return `${name} is pure: it does no I/O, so only ${computing.join(', ')}`
  }
  if (target === undefined) {
    const may = typeof room.npm === 'boolean' ? room.npm : room.npm.includes(specifier)
    return may || isTest ? undefined : `${name} imports no npm package`
  }
  if (specifier.startsWith('.')) return judgeRelative(file, target, isTest)

  // Not a room: package.json itself, for the program's version.
  if (specifier === '#package') return name === 'apps' ? undefined : 'only apps read package.json'
  const door = target.split('/')[1] ?? ''
  if (door === name && name !== 'features') return 'relative inside a room: a door is for other rooms'
  if (!(door in rooms)) return `there is no room behind this door`
  if (room.doors === 'all' || room.doors.includes(door)) return undefined
  // Tests may read what their room's users hand in: YAML through #files, registries through #features.
  if (isTest) return undefined
  if (name === 'features') return judgeSliceDoor(file, slice, door)
  return `${name} may not use #${door}; it may use ${room.doors.map((one) => `#${one}`).join(', ') || 'no door'}`
}

function judgeSliceDoor(file: string, slice: string, door: string): string | undefined {
  // src/features/*.ts are the registries and the order: they carry the contracts of every room.
  if (slice.endsWith('.ts')) return undefined
  const stem = path.posix.basename(file, '.ts')
  if (sliceRooms.includes(door)) {
    // A file named after its subject belongs to the room whose door it uses; which must be one (see below).
    if (stem === door || !sliceFiles.includes(stem)) return undefined
    return `${stem}.ts of a feature may not use #${door}: it is named after what it is for`
  }
  if (door === 'api' && (stem === 'translate' || stem === 'api')) return undefined
  return `a feature knows ${sliceRooms.map((one) => `#${one}`).join(', ')}, #ir and #kit only`
}

function judgeRelative(file: string, target: string, isTest: boolean): string | undefined {
  const [, name = '', slice = ''] = file.split('/')
  const [top, toName = '', toSlice = ''] = target.split('/')
  // The version is told by the one who reads arguments.
  if (target === 'package.json' && name === 'apps') return undefined
  if (top !== 'src') return isTest ? undefined : 'src imports nothing outside src'
  if (toName !== name) return `src/${toName} is another room: use its door`
  if (name !== 'features' || slice.endsWith('.ts')) return undefined
  if (toSlice !== slice) return isTest ? undefined : 'another feature: meet in a request attribute declared in ir'
  const from = path.posix.basename(file)
  if (path.posix.basename(target) === 'api.ts' && !isTest && from !== 'translate.ts') {
    return 'only translate.ts reads api.ts: the planes see ir.ts'
  }
  return undefined
}
