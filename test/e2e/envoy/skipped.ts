/**
 * What Envoy answers otherwise than our own plane, by scenario and exchange: the heading of docs/differences.md that says
 * why. Everything else must be the same.
 */
export const skippedExchanges: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
