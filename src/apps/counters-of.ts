import { readFileSync } from 'node:fs'
import { checkRedisUrl, InputError, type RedisChoice } from '#cli'
import type { FilterNode } from '#ir'
import type { CounterSettings } from '#proxy'
import type { PlaneName } from '#translate'

/** Where global limits are counted, if anywhere. A password is better in the environment, where `ps` does not show it. */
export function countersOf({
  url: written,
  timeoutMs,
  whenAway,
  authorityFile,
}: RedisChoice): CounterSettings | undefined {
  const url = written ?? process.env.HEADGATE_REDIS
  if (!url) return undefined
  checkRedisUrl(url, 'HEADGATE_REDIS')
  return { url, timeoutMs, whenAway, ...(authorityFile !== undefined && { authority: readAuthority(authorityFile) }) }
}

function readAuthority(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch (error) {
    throw new InputError(`--redis-ca ${file}: ${(error as Error).message}`)
  }
  throw new InputError(`--redis-ca ${file}: there is no certificate in it`)
}

type Refuses = (node: FilterNode, plane: PlaneName | undefined) => string | undefined

/** Why a node can't be served: without Redis nobody counts for all data planes. @param others what the plane itself refuses */
export function refusesWithout(counters: unknown, advice: string, others?: Refuses): Refuses | undefined {
  if (counters !== undefined) return others
  return (node, plane) => (countsForAll(node) ? `rateLimit.global: ${advice}` : others?.(node, plane))
}

/** What to do on one machine. */
export const redisAdvice =
  'limits over all data planes are counted in Redis: start with --redis URL, or use rateLimit.local'

function countsForAll(node: FilterNode): boolean {
  return node.kind === 'rateLimit' && 'global' in node && Array.isArray(node.global) && node.global.length > 0
}
