/** None: Gateway API names no feature for it. */
export const supports = [] as const
