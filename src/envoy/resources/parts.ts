import type { FilterNode } from '#ir'
import type { FieldEdits } from '#kit/field-edits.ts'
import type { EnvoyAnswer, EnvoyFilterContext, EnvoyFilters, EnvoyParts, Unsupported } from '../filter.ts'
import { type Message, type TypedMessage, typed } from '../message.ts'
import type { FormattedField, ResponseStep } from '../response-steps.ts'
import { buildMutations } from './client-headers.ts'
import { literal } from './header-edits.ts'
import { httpFilterName, noteOriginalPath, originalPathFilterName } from './http-filters.ts'
import { joinOwnFilters } from './own-filters.ts'

/** What the nodes of a rule, or of a backendRef, come to together. */
export interface Parts {
  /** typed_per_filter_config. */
  readonly settings: Message
  readonly action: Message
  /** In the order in which they are made. */
  readonly request: readonly FieldEdits[]
  readonly response: readonly FieldEdits[]
  readonly answers?: readonly EnvoyAnswer[]
  readonly clusters: readonly Message[]
}

export const noParts: Parts = { settings: {}, action: {}, request: [], response: [], clusters: [] }

/**
 * The first node that Envoy can't do speaks for all.
 * @param of whose filters they are: a rule's are met by every response, a backendRef's by its own
 */
export function buildParts(
  of: 'rule' | 'backendRef',
  nodes: readonly FilterNode[],
  filters: EnvoyFilters,
  context: EnvoyFilterContext,
): Parts | Unsupported {
  let all = noParts
  const owned = new Map<string, EnvoyParts[]>()
  const steps = [...lateSteps(context.listener)]
  const open: (() => Message)[] = []
  for (const node of nodes) {
    const filter = filters[node.kind]
    if (!filter) return { unsupported: `Envoy's plane has no filter '${node.kind}'` }
    if (filter.unsupported !== undefined) return { unsupported: filter.unsupported }
    const built = filter.build(node as never, context)
    if ('unsupported' in built) return built
    if (built.own) owned.set(node.kind, [...(owned.get(node.kind) ?? []), built])
    const { perRoute, action, requestFields, responseFields, everyResponse, notesPath, step, answer, clusters } = built
    const name = httpFilterName(node.kind)
    // A response meets the last of them first.
    if (step) steps.unshift(step)
    if (notesPath) open.push(() => ({ [originalPathFilterName]: noteOriginalPath }))
    if (everyResponse) steps.unshift(stepOf(everyResponse))
    if (typeof perRoute === 'function') open.push(() => ({ [name]: perRoute(steps) }))
    const plain = typeof perRoute === 'function' ? undefined : perRoute
    const settings = plain ?? (everyResponse && of === 'rule' ? buildResponseEdits(everyResponse) : undefined)
    // A node that doesn't answer, because one before it does, has no answer to change.
    const isLate = answer !== undefined && all.answers !== undefined
    const byRouter = (isLate ? undefined : responseFields) ?? (of === 'backendRef' ? everyResponse : undefined)
    all = joinParts(all, {
      settings: settings ? { [name]: settings } : {},
      action: action ?? {},
      request: requestFields ? [requestFields] : [],
      response: byRouter ? [byRouter] : [],
      ...(answer && { answers: [answer].flat() }),
      clusters: clusters ?? [],
    })
  }
  const chains = [...owned].map(([kind, parts]) => joinOwnFilters(kind, parts))
  return { ...all, settings: Object.assign({}, all.settings, ...chains, ...open.map((build) => build())) as Message }
}

function buildResponseEdits(edits: FieldEdits): TypedMessage {
  return typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute', {
    mutations: { response_mutations: buildMutations({ ...edits, removeMatching: [], addIfAbsent: [] }) },
  })
}

/** What the listener does to every response, last of all. */
function lateSteps({ client }: EnvoyFilterContext['listener']): ResponseStep[] {
  const late = client.headers?.late
  if (!late) return []
  const { removeMatching, addIfAbsent } = late
  return [{ ...stepOf(late), removeMatching, addIfAbsent: addIfAbsent.map(formatted) }]
}

function stepOf({ remove, set, add }: FieldEdits): ResponseStep {
  return { remove, set: set.map(formatted), add: add.map(formatted) }
}

function formatted({ name, value }: FieldEdits['set'][number]): FormattedField {
  return { name, format: literal(value) }
}

/** The request meets `first` first, the response last. */
export function joinParts(first: Parts, then: Parts): Parts {
  const answers = first.answers ?? then.answers
  return {
    settings: { ...first.settings, ...then.settings },
    action: joinActions(first.action, then.action),
    request: [...first.request, ...then.request],
    response: [...then.response, ...first.response],
    ...(answers && { answers }),
    clusters: [...first.clusters, ...then.clusters],
  }
}

/** Of these an action has one at most. */
const hosts = ['host_rewrite_literal', 'host_rewrite_header', 'auto_host_rewrite', 'host_rewrite_path_regex']

/** Lists follow one another; of other fields the later counts. */
function joinActions(first: Message, then: Message): Message {
  const joined: Record<string, unknown> = { ...first, ...then }
  if (hosts.some((field) => field in then)) for (const field of hosts) if (!(field in then)) delete joined[field]
  for (const [field, value] of Object.entries(then)) {
    const before = first[field]
    if (Array.isArray(before) && Array.isArray(value)) joined[field] = [...before, ...value]
  }
  return joined
}
