/** Names of pkg/features of Gateway API that this feature brings. */
export const supports = ['HTTPRouteCORS'] as const
