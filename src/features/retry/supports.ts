/** Names of pkg/features of Gateway API that this feature brings. */
export const supports = ['HTTPRouteRetry', 'HTTPRouteRetryBackendTimeout', 'HTTPRouteRetryConnectionError'] as const
