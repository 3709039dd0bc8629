import type { KubeObject, ObjectKey } from '#api'
import { clusterOptions, parseCluster } from '../cluster-options.ts'
import type { Call, Command, OptionSpec } from '../command.ts'
import { defaultGatewayClass } from '../default-class.ts'
import { applyManifests } from '../diff/apply-manifests.ts'
import type { DiffSide } from '../diff/diff-section.ts'
import { diffSections } from '../diff/diff-sections.ts'
import { exampleRequests } from '../diff/example-requests.ts'
import { UsageError } from '../errors.ts'
import { controllerNameOption, fileOption, parseControllerName, parsePaths } from '../files-option.ts'
import { outputOption, parseOutput, renderData } from '../output.ts'
import { complainAbout, loadFiles } from '../translate-files.ts'
import { translateAll } from '../translate-objects.ts'

const againstOption: OptionSpec = {
  name: 'against',
  value: 'PATH',
  repeatable: true,
  help: 'the files as they are now',
  fallback: 'the cluster',
}

export const diff: Command = {
  name: 'diff',
  summary: 'show what changed manifests would do before they are applied',
  usage: '-f PATH… [--against PATH… | --kubeconfig FILE --context NAME] [options]',
  description: `Shows the objects that change, what their statuses would say, routes that would win or lose the requests they are made
for, and example requests that would go elsewhere. Against other files, what is missing in -f is removed. Against the
cluster that kubectl would use, -f is put on top of it, as kubectl apply does, and nothing is removed. Nothing is written.`,
  words: 'files',
  options: [
    { ...fileOption, help: 'the changed manifests: a file or folder; - reads standard input' },
    againstOption,
    ...clusterOptions,
    controllerNameOption,
    { name: 'envoy', help: "also which of Envoy's resources change" },
    { name: 'exit-code', help: 'end with 1 when there is a difference' },
    outputOption(['table', 'yaml', 'json']),
  ],
  examples: [
    { command: 'headgate diff -f new --against old', does: 'two folders' },
    { command: 'kustomize build . | headgate diff -f -', does: 'against the cluster, before applying' },
    { command: 'headgate diff -f new --against old --exit-code -o json', does: 'in CI' },
  ],
  async execute(call) {
    const format = parseOutput(call.options, ['table', 'yaml', 'json'])
    const { before, after, isBroken } = await readSides(call)
    const added = call.options.has('envoy') ? await call.machinery.diffSections?.() : undefined
    const builders = [...diffSections, ...(added ?? [])]
    const { examples, left } = exampleRequests(before, after)
    if (left > 0)
      call.terminal.complain(`only ${examples.length} of ${examples.length + left} example requests were followed\n`)
    const sections = builders.flatMap((build) => build(before, after, examples) ?? [])
    const { print, paint } = call.terminal
    if (format !== 'table')
      print(renderData(Object.fromEntries(sections.map(({ name, data }) => [name, data])), format))
    else if (sections.length === 0) print('no difference\n')
    else print(sections.map((one) => `${[paint('bold', one.title), ...one.lines(paint)].join('\n')}\n`).join('\n'))
    return isBroken || (call.options.has('exit-code') && sections.length > 0) ? 1 : 0
  },
}

interface Sides {
  readonly before: DiffSide
  readonly after: DiffSide
  readonly isBroken: boolean
}

async function readSides(call: Call): Promise<Sides> {
  const { options, machinery, terminal } = call
  const against = options.all('against')
  if (against.length > 0 && (options.has('kubeconfig') || options.has('context')))
    throw new UsageError('--against compares files; --kubeconfig and --context name a cluster: choose one')
  const changed = await load(call, parsePaths(options))
  if (against.length > 0) {
    const old = await load(call, against)
    const [before, after] = [await side(call, old.objects), await side(call, changed.objects)]
    return { before, after, isBroken: old.isBroken || changed.isBroken }
  }
  const { objects, crdVersions, warnings } = await machinery.readCluster(
    parseCluster(options, [...changed.objects.values()]),
  )
  for (const warning of warnings) terminal.complain(`${terminal.paintComplaint('yellow', 'warning:')} ${warning}\n`)
  const before = await side(call, objects, crdVersions)
  const after = await side(call, applyManifests(objects, changed.objects), crdVersions)
  return { before, after, isBroken: changed.isBroken || warnings.length > 0 }
}

async function load(call: Call, paths: readonly string[]) {
  const isCluster = call.options.all('against').length === 0
  const builtIn = isCluster ? [] : [defaultGatewayClass(parseControllerName(call.options))]
  const { loaded, objects } = await loadFiles(call, paths, builtIn)
  complainAbout(loaded.problems, call)
  return { objects, isBroken: loaded.problems.length > 0 }
}

async function side(
  call: Call,
  objects: ReadonlyMap<ObjectKey, KubeObject>,
  crdVersions?: readonly string[],
): Promise<DiffSide> {
  return { objects, ...(await translateAll(call, objects, crdVersions)) }
}
