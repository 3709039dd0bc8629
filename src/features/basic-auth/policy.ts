import { Buffer } from 'node:buffer'
import { isOpenField } from '#kit/open-field.ts'
import { ok } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import type { DataRef, PolicySlice } from '#translate'
import { formatHtpasswd, parseHtpasswd } from './htpasswd.ts'
import type { BasicAuthNode } from './ir.ts'

interface Spec {
  readonly basicAuth: { readonly users: DataRef; readonly forwardUsernameHeader?: string }
}

const usersKey = '.htpasswd'

export const basicAuth = {
  kind: 'SecurityPolicy',
  fields: ['basicAuth'],
  notes: { 'basicAuth.users': 'the key `.htpasswd`, with passwords by SHA-1 (`htpasswd -s`)' },
  translate({ basicAuth: { users: ref, forwardUsernameHeader } }: Spec, scope) {
    const at = 'basicAuth.users'
    const secret = scope.secret(ref, at)
    if (!secret.ok) return secret
    const bytes = secret.value.get(usersKey)
    if (!bytes) return scope.refuse(at, `Secret ${ref.name} has no key ${usersKey}`)
    const users = parseHtpasswd(Buffer.from(bytes).toString('utf8'))
    if (!users.ok) return scope.refuse(at, `Secret ${ref.name}, ${usersKey}: ${users.problems[0]!.message}`)
    const forward = forwardUsernameHeader?.toLowerCase() || undefined
    if (forward !== undefined && !isOpenField(forward))
      return scope.refuse('basicAuth.forwardUsernameHeader', `${forward} is no field that names may be written to`)
    const node: BasicAuthNode = {
      kind: 'basicAuth',
      users: new Secret(formatHtpasswd(users.value)),
      ...(forward !== undefined && { forward }),
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
