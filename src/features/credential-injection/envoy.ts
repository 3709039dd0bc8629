import type { EnvoyFilter } from '#envoy'
import type { CredentialInjectionNode } from './ir.ts'

/** By the router, because Envoy's own injector would come before what a RequestHeaderModifier takes away. */
export const credentialInjection: EnvoyFilter<CredentialInjectionNode> = {
  build({ header, credential, overwrite }) {
    const edit = { name: header, value: credential.reveal() }
    return {
      requestFields: {
        remove: [],
        set: overwrite ? [edit] : [],
        add: [],
        ...(!overwrite && { addIfAbsent: [edit] }),
      },
    }
  },
}
