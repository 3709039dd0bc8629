import type { EnvoyParts } from '../filter.ts'
import type { Message } from '../message.ts'
import { httpFilterName, ownFilterSettings } from './http-filters.ts'

/** Nodes of a kind with filters of their own, one after the other, in the kind's place: a route's settings have one for each kind. */
export function joinOwnFilters(kind: string, nodes: readonly EnvoyParts[]): Message {
  const name = httpFilterName(kind)
  const filters: Message[] = []
  const settings: Record<string, Message> = {}
  for (const { own = [], ownSettings } of nodes) {
    filters.push(...own.map((config) => ({ name, typed_config: config })))
    if (!ownSettings) continue
    const inner = `${name}.${filters.length}`
    filters[filters.length - 1] = { ...filters.at(-1), name: inner }
    settings[inner] = ownSettings
  }
  return { [name]: ownFilterSettings(filters), ...settings }
}
