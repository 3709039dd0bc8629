import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { getField, type ProxyFilter, type Reply, type RequestContext, removeField, setField } from '#proxy'
import { parseHtpasswd, type Users } from './htpasswd.ts'
import type { BasicAuthNode } from './ir.ts'

export const basicAuth: ProxyFilter<BasicAuthNode> = {
  compile({ users: written, forward }) {
    const users = usersOf(written.reveal())
    return {
      onRequest(context) {
        const { fields } = context.head
        if (forward !== undefined) removeField(fields, forward)
        const sent = getField(fields, 'authorization')
        if (sent === undefined) return refuse(context, 'missing')
        if (!sent.startsWith('Basic ')) return refuse(context, 'scheme')
        const pair = decodePair(sent.slice(6))
        if (!pair) return refuse(context, 'format')
        const digest = createHash('sha1').update(pair.password, 'latin1').digest()
        const known = users.get(pair.name)
        // The same work for names that nobody has.
        const same = timingSafeEqual(digest, known ?? noDigest)
        if (!known || !same) return refuse(context, 'unknown')
        if (forward !== undefined) setField(fields, forward, pair.name)
        return undefined
      },
    }
  },
}

const noDigest = Buffer.alloc(20)

/** Names as fields have them: one character per byte. */
function usersOf(text: string): Users {
  const parsed = parseHtpasswd(text)
  if (!parsed.ok) throw new Error(parsed.problems[0]!.message)
  return new Map([...parsed.value].map(([name, digest]) => [Buffer.from(name, 'utf8').toString('latin1'), digest]))
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

function decodePair(text: string): { readonly name: string; readonly password: string } | undefined {
  if (!base64.test(text)) return undefined
  const pair = Buffer.from(text, 'base64').toString('latin1')
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : { name: pair.slice(0, colon), password: pair.slice(colon + 1) }
}

/** Envoy's words. */
const refusals = {
  missing: 'Missing username and password.',
  scheme: "Expected 'Basic' authentication scheme.",
  format: 'Invalid basic credential format.',
  unknown: 'Invalid username/password combination.',
} as const

const longestUri = 256

function refuse({ client, original }: RequestContext, why: keyof typeof refusals): Reply {
  const realm = `${client.scheme}://${original.authority}${original.path}`.slice(0, longestUri).replace(/["\\]/g, '')
  const body = `User authentication failed. ${refusals[why]}`
  return {
    status: 401,
    fields: ['content-type', 'text/plain', 'www-authenticate', `Basic realm="${realm}"`],
    body,
    why: `basicAuth: ${refusals[why]}`,
    told: body,
  }
}
