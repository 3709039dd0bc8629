/** A cluster as a source of objects, and what we write back into it. */

export { accessFromPod, type ClusterAccess, parseKubeconfig, readKubeconfig } from './cluster-access.ts'
export { KubeClient, KubeError } from './kube-client.ts'
export { LeaderLease, type LeaseOptions } from './leader-lease.ts'
export type { ObjectHead, ObjectHeads } from './object-heads.ts'
export { type ClusterOptions, type ClusterSource, openCluster } from './open-cluster.ts'
export { type OwnedObject, OwnedObjects } from './owned-objects.ts'
export { type StatusWish, StatusWriter, type StatusWriterOptions } from './status-writer.ts'
