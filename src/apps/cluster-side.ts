import type { KubeClient, ObjectHeads } from '#kube'
import type { StatusChange } from '#translate'

/** What both kinds of data planes need of the cluster. */
export interface ClusterSide {
  readonly client: KubeClient
  /** The controller's own. */
  readonly namespace: string
  /** The controller's name as that of an object. */
  readonly objectName: string
  readonly heads: () => ObjectHeads
  readonly onStatuses: (changes: readonly StatusChange[]) => void
  readonly onProblem: (message: string) => void
}
