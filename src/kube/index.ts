/** A cluster as a source of objects, and what we write back into it. */

export { accessFromPod, type ClusterAccess } from './cluster-access.ts'
export { buildInfrastructure, serviceAccount } from './infrastructure/build-infrastructure.ts'
export type {
  ContainerPlan,
  EnginePlan,
  InfrastructurePlan,
  OwnerPlan,
  ServedPort,
} from './infrastructure/infrastructure-plan.ts'
export { controllerLabel, gatewayNameLabel, infrastructureName, labelValue } from './infrastructure/object-names.ts'
export {
  engineFolder,
  feedAudience,
  feedFolder,
  keyFolder,
  sharedFolder,
  stateFolder,
} from './infrastructure/proxy-pod.ts'
export { type RealAddresses, readAddresses } from './infrastructure/read-addresses.ts'
export { KubeClient, KubeError } from './kube-client.ts'
export { KubeconfigError, parseKubeconfig, readKubeconfig } from './kubeconfig.ts'
export { LeaderLease, type LeaseOptions } from './leader-lease.ts'
export { type ClusterObjects, type Forbidden, listCluster } from './list-cluster.ts'
export { LiveObjects } from './live-objects.ts'
export type { ObjectHead, ObjectHeads } from './object-heads.ts'
export { type ClusterOptions, type ClusterSource, openCluster } from './open-cluster.ts'
export { infrastructureKinds, type OwnedObject } from './owned-object.ts'
export { OwnedObjects } from './owned-objects.ts'
export type { RawObject, Resource } from './resource.ts'
export { type StatusWish, StatusWriter, type StatusWriterOptions } from './status-writer.ts'
export { reviewToken, type TokenOwner } from './token-review.ts'
