import type { ObjectChange } from '#api'
import type { MetricFamily } from '#kit/metric.ts'

/** Where a controller's data planes are: on its machine, or in pods. */
export interface Planes {
  /** Resolves when the next changes may come. The first call has everything there is. */
  apply(changes: readonly ObjectChange[], crdVersions: readonly string[]): Promise<void>
  /** Whether we are the one replica that writes. */
  lead(leads: boolean): void
  readonly ready: boolean
  metrics(): Promise<readonly MetricFamily[]>
  /** What planes of this machine count in their own words. */
  ownMetrics?(): Promise<string>
  /** Lets open requests end; then everything is closed. */
  end(timeoutMs: number): Promise<void>
}
