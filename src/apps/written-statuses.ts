import { objectKey } from '#api'
import type { ObjectHeads } from '#kube'

interface Written {
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly observedGeneration?: number
  }[]
  readonly listeners?: readonly (Pick<Written, 'conditions'> & { readonly name: string })[]
}

/** What statuses in the cluster say was served, when a controller starts or begins to lead: its pods serve on meanwhile. */
export interface WrittenStatuses {
  /** The generation that the Gateway is programmed for; undefined: none. */
  generation(gateway: string): number | undefined
  /** @param listener as reports name it: `namespace/set/name` for entries of ListenerSets */
  isProgrammed(gateway: string, listener: string): boolean
}

export function readWrittenStatuses(heads: () => ObjectHeads): WrittenStatuses {
  const statusOf = (kind: string, fullName: string) => {
    const [namespace = '', name = ''] = fullName.split('/')
    return (heads().get(objectKey(kind, namespace, name))?.head.status ?? {}) as Written
  }
  return {
    generation(gateway) {
      return programmedOf(statusOf('Gateway', gateway))?.observedGeneration
    },
    isProgrammed(gateway, listener) {
      const end = listener.lastIndexOf('/')
      const { listeners = [] } =
        end < 0 ? statusOf('Gateway', gateway) : statusOf('ListenerSet', listener.slice(0, end))
      const found = listeners.find(({ name }) => name === listener.slice(end + 1))
      return found !== undefined && programmedOf(found) !== undefined
    },
  }
}

function programmedOf({ conditions = [] }: Pick<Written, 'conditions'>) {
  return conditions.find(({ type, status }) => type === 'Programmed' && status === 'True')
}
