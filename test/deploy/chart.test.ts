import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import manifest from '#package' with { type: 'json' }
import { argoChecks, argoFile, renderArgoConfig } from '../../scripts/deploy/argo-config.ts'
import { digestLine, plainFile } from '../../scripts/deploy/plain-yaml.ts'
import { readChartValues, renderValuesPage, valuesPage } from '../../scripts/deploy/values-page.ts'
import { infrastructureKinds, ownedResource } from '../../src/kube/owned-object.ts'
import { builtIn, foreign, optional } from '../../src/kube/watched-kinds.ts'

const root = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const again = 'run `npm run generate:deploy` (it needs Go) and read what changed'

test('the plain YAML is made from the chart as it is', () => {
  assert.ok(read(plainFile).includes(digestLine(root)), `${plainFile} is stale: ${again}`)
})

test('the chart is of the version that it installs', () => {
  const { version, appVersion } = parse(read('deploy/chart/Chart.yaml')) as Record<string, string>
  assert.deepEqual([version, appVersion], [manifest.version, manifest.version])
})

test('every value is in the schema and in values.yaml, is described, and is used by a template', () => {
  assert.equal(read(valuesPage), renderValuesPage(root), `${valuesPage} is stale: ${again}`)
  const templates = globSync('deploy/chart/templates/*', { cwd: root }).map(read).join('\n')
  const values = readChartValues(root)
  for (const { path: at, schema, fallback } of values) {
    assert.ok(schema.description?.endsWith('.'), `${at}: values.schema.json has no sentence about it`)
    assert.notEqual(fallback, undefined, `${at}: values.yaml does not have it`)
    // Templates may open a group with `with`: then its fields stand alone, or are written out together.
    const [parent, name] = [at.slice(0, at.lastIndexOf('.')), at.slice(at.lastIndexOf('.'))]
    const [, group = ''] = templates.split(`with .Values.${parent} }}`)
    const inGroup = /^\s*\S+ \{\{- toYaml \. /.test(group) || new RegExp(`[ (]\\${name}\\b`).test(group)
    assert.ok(inGroup || templates.includes(`.Values.${at}`), `${at}: no template uses it`)
  }
  const known = new Set(values.map(({ path: at }) => at))
  const used = [...templates.matchAll(/\.Values\.([\w.]+)/g)].map((match) => match[1]!)
  assert.deepEqual(
    used.filter((at) => !known.has(at)),
    [],
  )
})

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Role {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly rules: readonly Rule[]
}

const objects = parseAllDocuments(read(plainFile)).map((document) => document.toJS() as Role)
const roles = objects.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role')

/** `group/resource` for each of a role's rules. */
function resourcesOf(...names: readonly string[]): readonly string[] {
  return roles
    .filter(({ metadata }) => names.includes(metadata.name))
    .flatMap(({ rules }) =>
      rules.flatMap(({ apiGroups, resources }) => resources.map((one) => `${apiGroups[0]}/${one}`)),
    )
    .sort()
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase()
  if (name.endsWith('parameters')) return name
  return /(ss|[^a]y)$/.test(name) ? `${name.replace(/y$/, 'i')}es` : `${name}s`
}

test('the controller may read exactly what it watches', () => {
  const watched = [
    ...builtIn.map(({ apiVersion, plural }) => `${apiVersion.split('/').toReversed()[1] ?? ''}/${plural}`),
    ...Object.entries(optional).flatMap(([group, kinds]) => kinds.map((kind) => `${group}/${pluralOf(kind)}`)),
    'apiextensions.k8s.io/customresourcedefinitions',
  ].sort()
  assert.deepEqual(
    resourcesOf('headgate-read', 'headgate-read-data'),
    watched,
    'deploy/chart/templates/rbac.yaml and src/kube/watched-kinds.ts differ',
  )
})

test('the controller writes statuses of its own kinds, and never a spec', () => {
  const all = Object.entries(optional).flatMap(([group, kinds]) =>
    // A ReferenceGrant has no status, and parameters get none.
    kinds
      .filter((kind) => !foreign.has(kind) && kind !== 'ReferenceGrant' && kind !== 'GatewayParameters')
      .map((kind) => `${group}/${pluralOf(kind)}/status`),
  )
  assert.deepEqual(resourcesOf('headgate-status'), all.sort(), 'rbac.yaml and src/kube/watched-kinds.ts differ')
})

test('what data planes are made of is read, and written', () => {
  const wanted = infrastructureKinds
    .map((kind) => ownedResource(kind, ''))
    .map(({ apiVersion, plural }) => `${apiVersion.split('/').toReversed()[1] ?? ''}/${plural}`)
  assert.deepEqual(resourcesOf('headgate-infrastructure-read'), wanted.sort())
  assert.deepEqual(
    resourcesOf('headgate-infrastructure'),
    [...wanted, 'gateway.networking.k8s.io/gateways/finalizers'].sort(),
  )
})

test('every role says why it is needed, and none writes Secrets outside of the own namespace', () => {
  assert.ok(roles.length >= 6)
  for (const { kind, metadata, rules } of roles) {
    assert.ok(metadata.annotations?.['headgate.dev/why']?.endsWith('.'), metadata.name)
    for (const { apiGroups, resources, resourceNames, verbs } of rules) {
      assert.ok(![...apiGroups, ...resources, ...verbs].includes('*'), `${metadata.name}: no wildcards`)
      if (!resources.includes('secrets')) continue
      const writes = verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb))
      if (kind === 'ClusterRole') assert.deepEqual(writes, [], metadata.name)
      else assert.ok(resourceNames || verbs.join() === 'create', `${metadata.name}: only by name`)
    }
  }
})

/** Kinds that Argo CD itself has a check for. */
const builtInChecks = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'BackendTLSPolicy']
/** Kinds without a status of ours; of an XBackend the routes tell. */
const silent = ['ReferenceGrant', 'GatewayParameters', 'XBackend', ...foreign]

test("Argo CD's health checks know every kind that we judge and it does not", () => {
  assert.equal(read(argoFile), renderArgoConfig(root), `${argoFile} is stale: ${again}`)
  const judged = Object.entries(optional).flatMap(([group, kinds]) =>
    kinds.filter((kind) => !builtInChecks.includes(kind) && !silent.includes(kind)).map((kind) => `${group}_${kind}`),
  )
  assert.deepEqual(Object.values(argoChecks).flat().sort(), judged.sort())
})
