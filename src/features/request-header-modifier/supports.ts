/** Names of pkg/features of Gateway API that this feature brings. */
export const supports = ['HTTPRouteBackendRequestHeaderModification'] as const
