import type { Plan } from '../routes.ts'
import type { Command, WireSetup } from '../wires/wire.ts'

/** A gateway under test. All forward with keep-alive on both sides, add X-Forwarded-For and write no access log. */
export interface Subject {
  readonly name: string
  /** As it calls itself; undefined when it is not on this machine. */
  version(): Promise<string | undefined>
  /** Writes the configuration of a plan. */
  prepare(setup: Setup): Launch
  /** Writes the configuration of a wire; undefined: it has nothing for it. */
  wire(setup: WireSetup): Command | undefined
}

export interface Setup {
  /** Its own, empty. */
  readonly folder: string
  /** Where it is to listen, on 127.0.0.1. */
  readonly port: number
  readonly workers: number
  readonly plan: Plan
}

export interface Launch extends Command {
  /** Writes what is new in this plan aside, and gives back what moves it into place: only that is timed. */
  change(plan: Plan): () => void
  /** What makes the running program take it, if it needs telling. */
  readonly reload?: NodeJS.Signals
}
