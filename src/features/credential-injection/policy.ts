import { Buffer } from 'node:buffer'
import { isOpenField } from '#kit/open-field.ts'
import { ok } from '#kit/outcome.ts'
import { Secret } from '#kit/secret.ts'
import type { DataRef, PolicySlice } from '#translate'
import type { CredentialInjectionNode } from './ir.ts'

interface Spec {
  readonly credentialInjection: {
    readonly header?: string
    readonly overwrite?: boolean
    readonly credential: { readonly valueRef: DataRef }
  }
}

const key = 'credential'

export const credentialInjection = {
  kind: 'HTTPRouteFilter',
  fields: ['credentialInjection'],
  notes: {
    'credentialInjection.header': 'default: Authorization',
    'credentialInjection.credential.valueRef.name': 'a Secret with the key `credential`',
  },
  translate({ credentialInjection: { header = 'Authorization', overwrite = false, credential } }: Spec, scope) {
    const name = header.toLowerCase()
    if (!isOpenField(name))
      return scope.refuse('credentialInjection.header', `${JSON.stringify(header)} is no field for credentials`)
    const at = 'credentialInjection.credential.valueRef'
    const secret = scope.secret(credential.valueRef, at)
    if (!secret.ok) return secret
    const bytes = secret.value.get(key)
    if (!bytes) return scope.refuse(at, `Secret ${credential.valueRef.name} has no key ${key}`)
    // Files mostly end with a line end, which is no part of what they say.
    const value = Buffer.from(bytes).toString('utf8').trim()
    if (value === '') return scope.refuse(at, `Secret ${credential.valueRef.name}: ${key} is empty`)
    // RFC 9110 5.5.
    if (/[^\t\x20-\x7e]/.test(value))
      return scope.refuse(at, `Secret ${credential.valueRef.name}: ${key} has characters that no header may have`)
    const node: CredentialInjectionNode = {
      kind: 'credentialInjection',
      header: name,
      credential: new Secret(value),
      overwrite,
    }
    return ok({ nodes: [node] })
  },
} satisfies PolicySlice
