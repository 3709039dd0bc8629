import { parentPort, workerData } from 'node:worker_threads'
import { podPort } from '#ir'
import type { ProxyFilters } from '../compile-rule.ts'
import { compileAccessLog } from '../observe/access-log.ts'
import { CountingObserver } from '../observe/counters.ts'
import { EmbeddedPlane } from '../plane.ts'
import { SharedBuckets } from '../shared/buckets.ts'
import type { OpenCounters } from '../shared/counters.ts'
import { ErrandDesk } from '../shared/errands.ts'
import { SharedSlots } from '../shared/slots.ts'
import { type FromWorker, type ToWorker, unsealDelta, type WorkerData } from './messages.ts'

/** The life of a worker thread: a plane that does what the main thread posts. */
export async function runWorker(filters: ProxyFilters, openCounters?: OpenCounters): Promise<void> {
  const port = parentPort!
  const data = workerData as WorkerData
  const post = (message: FromWorker) => port.postMessage(message)
  const report = (error: unknown) =>
    post({ kind: 'problem', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const accessLog = data.accessLog && compileAccessLog(data.accessLog, (lines) => post({ kind: 'log', lines }))
  const observer = new CountingObserver(report, accessLog?.log)
  const slots = new SharedSlots(data.shared, data.row)
  const counters =
    data.counters && (await openCounters?.(data.counters, (message) => post({ kind: 'problem', message })))
  const errands = new ErrandDesk(post)
  const plane = new EmbeddedPlane({
    filters,
    observer,
    bind: data.bind,
    ...(data.inPod && { bindPort: podPort }),
    place: data.place,
    reusePort: true,
    ticketKeys: Buffer.from(data.ticketKeys),
    slots,
    buckets: new SharedBuckets(data.buckets),
    counters,
    errands,
  })
  // One request's bug is not the others' outage: it is reported, and its connection times out or closes.
  process.on('uncaughtException', (error) => observer.internalError(error))
  process.on('unhandledRejection', (error) => observer.internalError(error))

  let applied: Promise<void> = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'apply':
        applied = applied.then(async () => {
          if (message.slots) slots.numbers = message.slots
          try {
            post({ kind: 'applied', report: await plane.apply(unsealDelta(message.delta), message.taken) })
          } catch (error) {
            post({ kind: 'broken', why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
          }
        })
        return
      case 'count':
        observer.counts.active = plane.active
        return post({ kind: 'counted', id: message.id, counts: observer.counts })
      case 'run errand':
      case 'errand heard':
        return errands.receive(message)
      case 'drain':
        void plane.drain().then(() => {
          accessLog?.flush()
          post({ kind: 'drained' })
          counters?.close()
          port.close()
        })
    }
  })
}
