/** Names of pkg/features of Gateway API that only `headgate controller` can claim: without a cluster they mean nothing. */
export const clusterFeatures: readonly string[] = ['GatewayInfrastructurePropagation']
