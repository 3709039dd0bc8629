/**
 * Loaded with `--import`: on SIGUSR2 the wall clock of all threads jumps a day ahead, on the next one back again. Monotonic
 * time goes on, as it does when someone sets a machine's clock.
 */
import { isMainThread } from 'node:worker_threads'

const dayMs = 86_400_000
const realNow = Date.now
const RealDate = Date
let offsetMs = 0

Date.now = () => realNow() + offsetMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(Date.now()) : Reflect.construct(target, args)),
})

const channel = new BroadcastChannel('clock-jump')
channel.unref()
channel.onmessage = ({ data }: { readonly data: unknown }) => {
  offsetMs = Number(data)
}
if (isMainThread) {
  process.on('SIGUSR2', () => {
    offsetMs = offsetMs === 0 ? dayMs : 0
    channel.postMessage(offsetMs)
    process.stderr.write(`clock jumps ${offsetMs === 0 ? 'back' : 'ahead'}\n`)
  })
}
