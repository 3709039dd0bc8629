import type { ObjectChange, ObjectKey } from '#api'
import type { Changes, Snapshot, SnapshotDelta } from '#ir'
import { BackendBook } from './backend-book.ts'
import { tlsPolicyJudge } from './backend-tls-policy-status.ts'
import type { Topic } from './dependencies.ts'
import type { FilterTranslator } from './filter.ts'
import { GatewayBook } from './gateway-book.ts'
import { gatewayClassStatus } from './gateway-class-status.ts'
import { resolveClassParameters } from './gateway-parameters.ts'
import type { GatewayPlan } from './gateway-plan.ts'
import { PolicyBook } from './policy-book.ts'
import type { NodeRefusal } from './policy-model.ts'
import { PolicyModels } from './policy-models.ts'
import { policiesRefused } from './policy-refusals.ts'
import type { PlaneName, PolicySlice } from './policy-slice.ts'
import { isAttachedKind } from './policy-target.ts'
import { compareReports } from './report-step.ts'
import { parentsOf, RouteBook, type RouteStep } from './route-book.ts'
import { routeStatus } from './route-status.ts'
import type { RuleSlot } from './rule-slot.ts'
import { sameValue } from './same-value.ts'
import { ServedListeners } from './served-listeners.ts'
import type { Settings, World } from './settings.ts'
import type { Status } from './status.ts'
import { StatusBook, type StatusChange } from './status-book.ts'
import { objectTopic, type PolicyKind, Store, topicsOfKind } from './store.ts'
import { Table } from './table.ts'
import { trafficPolicyJudge } from './traffic-policy.ts'

export interface TranslatorOptions {
  readonly settings: Settings
  readonly filters: readonly FilterTranslator[]
  /** Kinds of filter nodes in the order of execution. */
  readonly filterOrder: readonly string[]
  /** What fills the slots of a Forward action. */
  readonly forward: readonly RuleSlot[]
  /** What understands the fields of policies. */
  readonly policies?: readonly PolicySlice[]
  /** Whose words about fields and nodes count for Gateways whose parameters name no plane; left out: nobody refuses any. */
  readonly plane?: PlaneName
  readonly refuses?: NodeRefusal
  /** For GatewayClass.status, in any order. */
  readonly supportedFeatures: readonly string[]
}

/**
 * Keeps what it has understood, so that a change costs what depends on it. Equal objects give equal results, in whatever
 * steps and order they came.
 */
export interface Translator {
  /** @param world what the data plane reports by now; left out: as before */
  apply(changes: readonly ObjectChange[], world?: World): Translation
}

export interface Translation {
  readonly snapshot: Snapshot
  /** The step from the last translation's snapshot to this one; its version stays when nothing has changed. */
  readonly delta: SnapshotDelta
  /** Of all objects that we answer for. Live: the next `apply` changes it. */
  readonly statuses: ReadonlyMap<ObjectKey, Status>
  readonly statusChanges: readonly StatusChange[]
  /** The Gateways of ours by `namespace/name`, for whoever makes data planes for them. */
  readonly gateways: ReadonlyMap<string, GatewayPlan>
}

export function createTranslator(options: TranslatorOptions): Translator {
  const { policies: slices = [], plane, refuses } = options
  const settings: Settings = { ...options.settings, ...(plane && { plane }) }
  const store = new Store()
  const tables = createTables()
  const models = new PolicyModels(store, { slices, ...(refuses && { refuses }) })
  const gateways = new GatewayBook(store, models, settings, new ServedListeners(tables.listeners, tables.certificates))
  const features = {
    filters: new Map(options.filters.map((filter) => [filter.type, filter])),
    filterOrder: new Map(options.filterOrder.map((kind, place) => [kind, place])),
    slots: new Map(options.forward.map((slot) => [slot.field, slot])),
    ...(refuses && { refuses }),
  }
  const routes = new RouteBook(store, gateways, models, features)
  const policies = new PolicyBook(
    store,
    gateways,
    routes,
    models,
    [tlsPolicyJudge, trafficPolicyJudge(features)],
    settings.controllerName,
  )
  const backends = new BackendBook(store)
  const statuses = new StatusBook()
  let world: World = { gateways: new Map() }
  let refusedPolicies: ReadonlySet<Topic> = new Set()
  let plans: ReadonlyMap<string, GatewayPlan> = new Map()
  let version = 0

  function sayClasses(names: Iterable<string>): void {
    for (const name of names) {
      const found = store.find('GatewayClass', name)
      const ours = found?.object.spec.controllerName === settings.controllerName
      const parameters = found && ours && resolveClassParameters(found.object, store)
      const problem = parameters && !parameters.ok ? parameters.problems[0] : undefined
      const status =
        found && ours
          ? gatewayClassStatus(found.object, problem, options.supportedFeatures, world.crdVersions)
          : undefined
      statuses.set(objectTopic('GatewayClass', name), found?.key, status)
    }
  }

  function sayGateways(names: Iterable<string>): void {
    for (const name of names) {
      const status = gateways.status(name, routes.attached, world)
      statuses.set(objectTopic('Gateway', name), store.find('Gateway', name)?.key, status)
    }
  }

  function sayListenerSets(names: Iterable<string>): void {
    for (const name of names) {
      const status = gateways.setStatus(name, routes.attached, world)
      statuses.set(objectTopic('ListenerSet', name), store.find('ListenerSet', name)?.key, status)
    }
  }

  const refusedBy = (gateway: string) => world.gateways.get(gateway)?.refused ?? []

  function sayRoutes(steps: Iterable<Pick<RouteStep, 'kind' | 'name' | 'after'>>): void {
    for (const { kind, name, after } of steps) {
      const status = after && routeStatus(after, settings.controllerName, refusedBy)
      statuses.set(objectTopic(kind.kind, name), store.find(kind.kind, name)?.key, status)
    }
  }

  function sayPolicies(touched: ReadonlySet<Topic>, steps: readonly RouteStep[]): void {
    for (const { kind, name } of policies.affected(touched, steps)) {
      sayPolicy(kind, name)
    }
  }

  function sayPolicy(kind: PolicyKind, name: string): void {
    statuses.set(objectTopic(kind, name), store.find(kind, name)?.key, policies.status(kind, name, refusedBy))
  }

  /** Policies whose copies of backends are refused, or were when we were told last. */
  function sayRefusals(gateways: ReadonlySet<string>): void {
    const now = new Set([...world.gateways.values()].flatMap(({ refused = [] }) => refused.flatMap(policiesRefused)))
    for (const topic of new Set([...refusedPolicies, ...now])) {
      const slash = topic.indexOf('/')
      const kind = topic.slice(0, slash)
      if (isAttachedKind(kind)) sayPolicy(kind, topic.slice(slash + 1))
    }
    refusedPolicies = now
    sayRoutes(routes.attachedTo(gateways))
  }

  return {
    apply(changes, report) {
      // Gateways decide about listeners, listeners about routes, routes about backends; all of them about statuses.
      const touched = store.apply(changes)
      // Policies come before all: listeners and routes take what they come to.
      for (const topic of models.update(touched)) touched.add(topic)
      const gatewayStep = gateways.update(touched)
      const routeSteps = routes.update(new Set([...touched, ...gatewayStep.topics]))
      for (const { before } of routeSteps) {
        for (const { key } of before?.routes ?? []) tables.routes.delete(key)
        for (const { key } of before?.streams ?? []) tables.streams.delete(key)
      }
      for (const { after } of routeSteps) {
        for (const route of after?.routes ?? []) tables.routes.put(route)
        for (const stream of after?.streams ?? []) tables.streams.put(stream)
      }
      backends.update(touched, routeSteps, tables.backends, tables.endpoints)

      const reported = compareReports(world, report ?? world, (gateway) => gateways.setsOf(gateway))
      const newVersions = report && !sameValue(report.crdVersions, world.crdVersions)
      const [newParameters] = topicsOfKind(touched, 'GatewayParameters')
      world = report ?? world
      const counted = parentsOf(routeSteps)
      // One that is gone has no name in the store any more.
      const classes = newVersions || newParameters ? store.names('GatewayClass') : []
      sayClasses(new Set([...topicsOfKind(touched, 'GatewayClass'), ...classes]))
      sayGateways(new Set([...gatewayStep.gateways, ...counted.gateways, ...reported.gateways]))
      sayListenerSets(new Set([...gatewayStep.sets, ...counted.sets, ...reported.sets]))
      sayRoutes(routeSteps)
      sayPolicies(new Set([...touched, ...gatewayStep.topics]), routeSteps)
      if (reported.refusals.size > 0) sayRefusals(reported.refusals)

      if (gatewayStep.gateways.size > 0) plans = new Map(gateways.plans())

      const delta = commit(tables)
      if (Object.values(delta).some((change: Changes<unknown, string>) => change.put.length + change.delete.length > 0))
        version++
      return {
        snapshot: snapshotOf(tables),
        delta: { version, ...delta },
        statuses: statuses.all,
        statusChanges: statuses.takeChanges(),
        gateways: plans,
      }
    },
  }
}

type Tables = ReturnType<typeof createTables>

function createTables() {
  return {
    listeners: new Table<Snapshot['listeners'][number], string>(({ key }) => key),
    routes: new Table<Snapshot['routes'][number], string>(({ key }) => key),
    streams: new Table<Snapshot['streams'][number], string>(({ key }) => key),
    backends: new Table<Snapshot['backends'][number], string>(({ key }) => key),
    endpoints: new Table<Snapshot['endpoints'][number], string>(({ backend }) => backend),
    certificates: new Table<Snapshot['certificates'][number], string>(({ key }) => key),
  }
}

function snapshotOf({ listeners, routes, streams, backends, endpoints, certificates }: Tables): Snapshot {
  return {
    listeners: listeners.list,
    routes: routes.list,
    streams: streams.list,
    backends: backends.list,
    endpoints: endpoints.list,
    certificates: certificates.list,
  }
}

function commit({
  listeners,
  routes,
  streams,
  backends,
  endpoints,
  certificates,
}: Tables): Omit<SnapshotDelta, 'version'> {
  return {
    listeners: listeners.commit(),
    routes: routes.commit(),
    streams: streams.commit(),
    backends: backends.commit(),
    endpoints: endpoints.commit(),
    certificates: certificates.commit(),
  }
}
