import type { PlaneRefusal, Snapshot, SnapshotDelta } from '#ir'
import type { MetricFamily } from '#kit/metric.ts'
import type { Problem } from '#kit/outcome.ts'
import type { SocketFailure } from '#proxy'

/** Why a listener is not served at one of its addresses. */
export interface ListenerFailure extends SocketFailure {
  /** Where the port itself is not the reason. */
  readonly problem?: Problem
}

/** A data plane on this machine, as `Standalone` drives it: snapshots in, traffic through. */
export interface ServingHost {
  /** A whole configuration is served: the last one, or while that is being applied the one before. */
  readonly ready: boolean
  readonly snapshot: Snapshot | undefined
  readonly failed: readonly ListenerFailure[]
  /** What of the configuration the plane does not take; the same list as long as it says the same. */
  readonly refused?: readonly PlaneRefusal[]
  /** Work that changes what is served: one after the other. A failure is told, and harms only who waits for it. */
  enqueue<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when the snapshot is served. Call it inside of `enqueue`. @param delta the step from the last one */
  serve(delta: SnapshotDelta, snapshot: Snapshot): Promise<readonly ListenerFailure[]>
  metrics(): Promise<readonly MetricFamily[]>
  /** What the plane counts in its own words, in Prometheus' text format. */
  ownMetrics?(): Promise<string>
  drain(timeoutMs: number): Promise<void>
  stop(): Promise<void>
}
