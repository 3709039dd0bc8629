import type { Reply } from './filter.ts'

/**
 * A short answer of the gateway itself. It never repeats what the client sent.
 * @param told what the client hears, when the reason is nothing for strangers
 */
export function plainReply(status: number, why: string, told?: string): Reply {
  const body = `${status} ${told ?? why}\n`
  return {
    status,
    fields: ['content-type', 'text/plain; charset=utf-8'],
    body,
    why,
    ...(told !== undefined && { told }),
  }
}

/** For a rule that can't be served as it is written: the reason names namespaces, Services and Secrets, so only the log has it. */
export function brokenRuleReply(status: number, why: string): Reply {
  return plainReply(status, why, 'this route is not configured correctly')
}
