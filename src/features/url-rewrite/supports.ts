/** Names of pkg/features of Gateway API that this feature brings. */
export const supports = ['HTTPRouteHostRewrite', 'HTTPRoutePathRewrite'] as const
