import type { ClientHttp1, Listener } from '#ir'
import type { ClientRules } from '../http1/server-connection.ts'
import { compileTextPattern } from '../text-pattern.ts'

/** @returns undefined: what the codec does anyway is what is asked for */
export function compileRules(
  { keepCase, trailers, ignoredUpgrades = [] }: ClientHttp1,
  listeners: readonly Listener[],
): ClientRules | undefined {
  const matchers = ignoredUpgrades.map(compileTextPattern)
  const defaultHost = listeners.find(
    ({ client, hostname }) => client.http1?.defaultHost && hostname !== '' && !hostname.startsWith('*'),
  )?.hostname
  if (!keepCase && trailers !== false && matchers.length === 0 && defaultHost === undefined) return undefined
  return {
    keepsCase: keepCase ?? false,
    dropsTrailers: trailers === false,
    defaultHost,
    ignoresUpgrade: matchers.length > 0 ? (protocol) => matchers.some((matches) => matches(protocol)) : undefined,
  }
}
