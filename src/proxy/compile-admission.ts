import { isIP } from 'node:net'
import type { Admission } from '#ir'
import { compileRanges } from './address-ranges.ts'

/** Asked before a backend is dialled. @returns why not; undefined: come in */
export type Admit = (address: string) => string | undefined

/** Who may come in, ready to be asked. */
export function compileAdmission({ rules, otherwise }: Admission): Admit {
  const compiled = rules.map(({ name, action, sources }) => ({
    holds: compileRanges(sources),
    why: action === 'deny' ? `authorization: ${name}` : undefined,
  }))
  const last = otherwise === 'deny' ? 'authorization: no rule allows it' : undefined
  return (address) => {
    // Who has gone already has none, and a rule that denies would not know it.
    if (isIP(address) === 0) return 'authorization: the client has no address'
    for (const { holds, why } of compiled) if (holds(address)) return why
    return last
  }
}
