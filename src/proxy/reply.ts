import type { Reply } from './filter.ts'

/** A short answer of the gateway itself. It never repeats what the client sent. */
export function plainReply(status: number, why: string): Reply {
  return { status, fields: ['content-type', 'text/plain; charset=utf-8'], body: `${status} ${why}\n`, why }
}
