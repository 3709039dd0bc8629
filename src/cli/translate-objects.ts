import { type Gateway, type KubeObject, type ObjectChange, type ObjectKey, objectKey } from '#api'
import { defaultClientSettings, type Snapshot } from '#ir'
import type { Status } from '#translate'
import { parseCluster } from './cluster-options.ts'
import type { Call } from './command.ts'
import { defaultGatewayClass } from './default-class.ts'
import { parseControllerName } from './files-option.ts'
import { readLiveStatus } from './live-status.ts'
import { complainAbout, servedWorld, translateFiles } from './translate-files.ts'

/** What a command looks at: the files of `-f`, or a cluster. */
export interface TranslatedObjects {
  readonly objects: ReadonlyMap<ObjectKey, KubeObject>
  readonly snapshot: Snapshot
  /** What we have to say of each object of ours. */
  readonly planned: ReadonlyMap<ObjectKey, Status>
  /** What the objects of ours say: in a cluster what was written there, of files what would be. */
  readonly statuses: ReadonlyMap<ObjectKey, Status>
  readonly isCluster: boolean
  /** Some of it could not be read; it was complained about. */
  readonly isBroken: boolean
}

/** Loads and translates what the command line names, and complains about what can't be read. */
export async function translateObjects(call: Call): Promise<TranslatedObjects> {
  if (call.options.all('file').length === 0) return translateCluster(call)
  const { snapshot, statuses, objects, loaded } = await translateFiles(call)
  complainAbout(loaded.problems, call)
  return { objects, snapshot, planned: statuses, statuses, isCluster: false, isBroken: loaded.problems.length > 0 }
}

async function translateCluster(call: Call): Promise<TranslatedObjects> {
  const { options, machinery, terminal } = call
  const controllerName = parseControllerName(options)
  const { objects: read, crdVersions, warnings } = await machinery.readCluster(parseCluster(options))
  const objects = warnings.length > 0 ? withUnseenClasses(read, controllerName) : read
  const paint = terminal.paintComplaint
  for (const warning of warnings) terminal.complain(`${paint('yellow', 'warning:')} ${warning}\n`)
  const { snapshot, statuses: planned } = await translateAll(call, objects, crdVersions)
  const statuses = new Map<ObjectKey, Status>()
  for (const key of planned.keys()) {
    const status = readLiveStatus(objects.get(key)!, planned.get(key)!, controllerName)
    if (status) statuses.set(key, status)
  }
  return { objects, snapshot, planned, statuses, isCluster: true, isBroken: warnings.length > 0 }
}

/** Who may not see GatewayClasses asks about Gateways that are ours: without this none of them would be. */
function withUnseenClasses(
  objects: ReadonlyMap<ObjectKey, KubeObject>,
  controllerName: string,
): ReadonlyMap<ObjectKey, KubeObject> {
  const all = [...objects.values()]
  if (all.some(({ kind }) => kind === 'GatewayClass')) return objects
  const names = all.flatMap(({ kind, spec }) => (kind === 'Gateway' ? (spec as Gateway['spec']).gatewayClassName : []))
  const standIn = defaultGatewayClass(controllerName)
  const classes = names.map((name): [ObjectKey, KubeObject] => [
    objectKey('GatewayClass', '', name),
    { ...standIn, metadata: { ...standIn.metadata, name } },
  ])
  return new Map([...objects, ...classes])
}

/** As if a gateway served all of them. */
export async function translateAll(
  { options, machinery }: Call,
  objects: ReadonlyMap<ObjectKey, KubeObject>,
  crdVersions?: readonly string[],
): Promise<{ readonly snapshot: Snapshot; readonly statuses: ReadonlyMap<ObjectKey, Status> }> {
  const settings = { controllerName: parseControllerName(options), client: defaultClientSettings }
  const translator = await machinery.createTranslator(settings)
  const changes = [...objects].map(([key, object]): ObjectChange => ({ kind: 'put', key, object }))
  const { snapshot } = translator.apply(changes)
  return translator.apply([], servedWorld(objects.values(), snapshot, crdVersions))
}

/** Whether `-n` lets an object through. */
export function isShown(key: ObjectKey, { options }: Call): boolean {
  const namespace = options.one('namespace')
  return namespace === undefined || key.split('/')[1] === namespace
}
