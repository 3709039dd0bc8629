import type { FilterNode } from '#ir'
import type { FieldEdits } from '#kit/field-edits.ts'
import type { EnvoyAnswer, EnvoyFilterContext, EnvoyFilters, Unsupported } from '../filter.ts'
import type { Message } from '../message.ts'
import { httpFilterName, ownFilterSettings } from './http-filters.ts'

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

/** The first node that Envoy can't do speaks for all. */
export function buildParts(
  nodes: readonly FilterNode[],
  filters: EnvoyFilters,
  context: EnvoyFilterContext,
): Parts | Unsupported {
  let all = noParts
  for (const node of nodes) {
    const filter = filters[node.kind]
    if (!filter) return { unsupported: `Envoy's plane has no filter '${node.kind}'` }
    if (filter.unsupported !== undefined) return { unsupported: filter.unsupported }
    const built = filter.build(node as never, context)
    if ('unsupported' in built) return built
    const { perRoute, own, action, requestFields, responseFields, answer, clusters } = built
    const settings = perRoute ?? (own && ownFilterSettings(node.kind, own))
    all = joinParts(all, {
      settings: settings ? { [httpFilterName(node.kind)]: settings } : {},
      action: action ?? {},
      request: requestFields ? [requestFields] : [],
      response: responseFields ? [responseFields] : [],
      ...(answer && { answers: [answer].flat() }),
      clusters: clusters ?? [],
    })
  }
  return all
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

/** Lists follow one another; of other fields the later counts. */
function joinActions(first: Message, then: Message): Message {
  const joined: Record<string, unknown> = { ...first, ...then }
  for (const [field, value] of Object.entries(then)) {
    const before = first[field]
    if (Array.isArray(before) && Array.isArray(value)) joined[field] = [...before, ...value]
  }
  return joined
}
