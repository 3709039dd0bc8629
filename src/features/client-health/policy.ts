import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly healthCheck: { readonly path: string }
}

export const clientHealth = {
  kind: 'ClientTrafficPolicy',
  fields: ['healthCheck'],
  translate({ healthCheck }: Spec) {
    return ok({ listener: { client: { healthPath: healthCheck.path } } })
  },
} satisfies PolicySlice
