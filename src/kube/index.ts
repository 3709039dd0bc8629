/** A cluster as a source of objects, and what we write back into it. */

export { accessFromPod, type ClusterAccess } from './cluster-access.ts'
export { KubeClient, KubeError } from './kube-client.ts'
export { KubeconfigError, parseKubeconfig, readKubeconfig } from './kubeconfig.ts'
export { LeaderLease, type LeaseOptions } from './leader-lease.ts'
export { type ClusterObjects, type Forbidden, listCluster } from './list-cluster.ts'
export type { ObjectHead, ObjectHeads } from './object-heads.ts'
export { type ClusterOptions, type ClusterSource, openCluster } from './open-cluster.ts'
export { type OwnedObject, OwnedObjects } from './owned-objects.ts'
export { type StatusWish, StatusWriter, type StatusWriterOptions } from './status-writer.ts'
