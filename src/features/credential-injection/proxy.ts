import { getField, type ProxyFilter, setField } from '#proxy'
import type { CredentialInjectionNode } from './ir.ts'

export const credentialInjection: ProxyFilter<CredentialInjectionNode> = {
  compile({ header, credential, overwrite }) {
    const value = credential.reveal()
    return {
      onRequest({ head }) {
        if (overwrite || getField(head.fields, header) === undefined) setField(head.fields, header, value)
        return undefined
      },
    }
  },
}
