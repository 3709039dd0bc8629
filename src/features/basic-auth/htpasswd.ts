import { Buffer } from 'node:buffer'
import { type Outcome, ok, problem } from '#kit/outcome.ts'

/** Name and digest of the password by line. */
export type Users = ReadonlyMap<string, Buffer>

const digestBytes = 20

/** Text of `htpasswd -s`. Problems tell lines by their number, and nothing of what stands in them. */
export function parseHtpasswd(text: string): Outcome<Users> {
  const users = new Map<string, Buffer>()
  const wrong = (line: number, message: string) => problem('Invalid', `line ${line + 1} ${message}`, '')
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon <= 0) return wrong(i, 'is no name:{SHA}digest')
    const name = line.slice(0, colon)
    const digest = /^\{SHA\}([A-Za-z0-9+/]{27}=)$/.exec(line.slice(colon + 1))?.[1]
    if (digest === undefined) return wrong(i, 'has no password by SHA-1: write {SHA}digest, as `htpasswd -s` does')
    if (/[\x00-\x1f\x7f]/.test(name)) return wrong(i, 'has a control character in its name')
    if (users.has(name)) return wrong(i, 'names a user again')
    const bytes = Buffer.from(digest, 'base64')
    if (bytes.length !== digestBytes) return wrong(i, 'has no password by SHA-1')
    users.set(name, bytes)
  }
  if (users.size === 0) return problem('Invalid', 'names no user', '')
  return ok(users)
}

export function formatHtpasswd(users: Users): string {
  return [...users].map(([name, digest]) => `${name}:{SHA}${digest.toString('base64')}\n`).join('')
}
