import type { Gateway, KubeObject, ObjectKey } from '#api'
import { defaultClientSettings, type Snapshot } from '#ir'
import type { GatewayReport, StatusAddress, Translation, World } from '#translate'
import type { Call } from './command.ts'
import { defaultGatewayClass } from './default-class.ts'
import { parseControllerName, parsePaths } from './files-option.ts'
import type { Loaded, PlacedProblem, Source } from './machinery.ts'

/** The files of a command line, all the way through. */
export interface TranslatedFiles extends Translation {
  readonly source: Source
  readonly loaded: Loaded
  readonly objects: ReadonlyMap<ObjectKey, KubeObject>
}

/** Loads and translates what `-f` names, as if a gateway served it: that is what its objects would look like in a cluster. */
export async function translateFiles(call: Call): Promise<TranslatedFiles> {
  const { options, machinery } = call
  const controllerName = parseControllerName(options)
  const files = await loadFiles(call, parsePaths(options), [defaultGatewayClass(controllerName)])
  const translator = await machinery.createTranslator({ controllerName, client: defaultClientSettings })
  const { snapshot } = translator.apply(files.loaded.changes)
  return { ...translator.apply([], servedWorld(files.objects.values(), snapshot)), ...files }
}

/** @param builtIn objects that stand as long as no file has one with their kind and name */
export async function loadFiles({ machinery }: Call, paths: readonly string[], builtIn: readonly KubeObject[]) {
  const source = await machinery.openFiles(paths, builtIn)
  const loaded = await source.load()
  const objects = new Map<ObjectKey, KubeObject>()
  for (const change of loaded.changes) if (change.kind === 'put') objects.set(change.key, change.object)
  return { source, loaded, objects }
}

/** Every Gateway is served, with the listeners of its sets, on the addresses that it has, asks for, or on the loopback address. */
export function servedWorld(
  objects: Iterable<KubeObject>,
  { listeners }: Snapshot,
  crdVersions?: readonly string[],
): World {
  const served = Map.groupBy(listeners, ({ gateway }) => gateway)
  const gateways = new Map<string, GatewayReport>()
  for (const object of objects) {
    if (object.kind !== 'Gateway') continue
    const { metadata, spec, status } = object as Gateway
    const name = `${metadata.namespace}/${metadata.name}`
    gateways.set(name, {
      generation: metadata.generation ?? 1,
      addresses: addressesOf(status?.addresses ?? spec.addresses),
      // A key without its Gateway: see GatewayReport.listeners.
      listeners: new Map(served.get(name)?.map(({ key }) => [key.slice(name.length + 1), undefined])),
    })
  }
  return { gateways, ...(crdVersions && { crdVersions }) }
}

function addressesOf(wanted: Gateway['spec']['addresses']): StatusAddress[] {
  const named = (wanted ?? []).flatMap(({ type = 'IPAddress', value }) => (value ? [{ type, value }] : []))
  return named.length > 0 ? named : [{ type: 'IPAddress', value: '127.0.0.1' }]
}

/** Problems as lines that editors and terminals make clickable. */
export function complainAbout(problems: readonly PlacedProblem[], { terminal }: Call): void {
  for (const one of problems) {
    const field = one.path === '' ? '' : ` ${one.path}:`
    const place = terminal.paintComplaint('bold', `${one.file}:${one.line}:${one.column}:`)
    terminal.complain(`${place} ${terminal.paintComplaint('red', 'error:')}${field} ${one.message}\n`)
  }
}
