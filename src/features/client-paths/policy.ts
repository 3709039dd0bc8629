import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly path: { readonly escapedSlashesAction?: keyof typeof actions; readonly disableMergeSlashes?: boolean }
}

const actions = {
  KeepUnchanged: undefined,
  RejectRequest: 'reject',
  UnescapeAndForward: 'forward',
  UnescapeAndRedirect: 'redirect',
} as const

export const clientPaths = {
  kind: 'ClientTrafficPolicy',
  fields: ['path'],
  notes: {
    'path.escapedSlashesAction': 'default: KeepUnchanged, and 400 where such a slash would decide about the route',
    'path.disableMergeSlashes': 'default: true, and 400 where an empty segment would decide about the route',
  },
  translate({ path: { escapedSlashesAction = 'KeepUnchanged', disableMergeSlashes = true } }: Spec) {
    const escapedSlashes = actions[escapedSlashesAction]
    return ok({
      listener: {
        client: { ...(escapedSlashes && { escapedSlashes }), ...(!disableMergeSlashes && { mergeSlashes: true }) },
      },
    })
  },
} satisfies PolicySlice
