import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arena, type Contender, launch, measure, withContenders } from '../arena.ts'
import { planMany, planOne, type Target } from '../routes.ts'
import { round, showSpread } from '../statistics.ts'
import type { Finding } from '../table.ts'

const megabyte = 1 << 20

/** From spawn to the first 200, on all cores. */
export async function measureColdStart(arena: Arena): Promise<Finding> {
  const plans = [planOne(arena.backend.port), planMany(arena.backend.port)]
  const times = arena.subjects.map(() => plans.map((): number[] => []))
  for (let i = 0; i < arena.rounds; i++) {
    for (const [at, subject] of arena.subjects.entries()) {
      for (const [index, plan] of plans.entries()) {
        const contender = await launch(arena, subject, plan, { cores: arena.cores.all })
        times[at]![index]!.push(contender.readyMs)
        await contender.program.stop()
      }
    }
  }
  return {
    columns: ['', '1 route, ms', '5,000 routes, ms'],
    rows: arena.subjects.map((subject, at) => [subject.name, ...times[at]!.map(showSpread)]),
    notes: ['One worker, all cores. The 200 is that of the last route.'],
  }
}

/** Two workers after a warm-up over many routes, and what an idle connection adds. */
export async function measureMemory(arena: Arena): Promise<Finding> {
  const plan = planMany(arena.backend.port)
  const rows: string[][] = []
  for (const subject of arena.subjects) {
    const plans = [{ subject, plan, options: { workers: 2, cores: arena.cores.all } }]
    const row = await withContenders(arena, plans, async ([contender]) => {
      const fresh = contender!.program.memoryBytes()
      await measure(arena, contender!, { connections: 64, seconds: arena.seconds })
      await sleep(1000)
      return [subject.name, round(fresh / megabyte), round(contender!.program.memoryBytes() / megabyte)]
    })
    rows.push(row)
  }
  return {
    columns: ['', 'MB when ready', 'MB after load'],
    rows,
    notes: ['5,000 routes, two workers; proportional set size of all processes.'],
  }
}

const idleConnections = 5000

/** 5,000 kept connections that have had one answer each. */
export async function measureIdleConnections(arena: Arena): Promise<Finding> {
  const plan = planOne(arena.backend.port)
  const rows: string[][] = []
  for (const subject of arena.subjects) {
    rows.push(await withContenders(arena, [{ subject, plan }], ([contender]) => fillWithIdle(arena, contender!)))
  }
  return {
    columns: ['', 'bytes/connection', 'MB before', 'MB with 5,000', 'open at the end'],
    rows,
    notes: ['Growth of the proportional set size, divided by the connections; one request on each, then silence.'],
  }
}

async function fillWithIdle(arena: Arena, contender: Contender): Promise<string[]> {
  await measure(arena, contender, { connections: 64, seconds: Math.min(3, arena.seconds) })
  await sleep(1000)
  const before = contender.program.memoryBytes()
  const sockets: Socket[] = []
  try {
    for (let i = 0; i < idleConnections; i += 50) {
      sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => openIdle(contender)))))
    }
    await sleep(3000)
    const after = contender.program.memoryBytes()
    const open = sockets.filter((socket) => !socket.destroyed).length
    return [
      contender.subject.name,
      round((after - before) / idleConnections),
      round(before / megabyte),
      round(after / megabyte),
      String(open),
    ]
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

/** Resolves when the first bytes of the answer are here. */
function openIdle({ port, targets }: Contender): Promise<Socket> {
  const { host, path } = targets[0]!
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
    socket.once('data', () => resolve(socket))
    socket.once('error', reject)
    socket.on('end', () => socket.destroy())
  })
}

/** 1 GB to a client that reads slower than the backend sends: the gateway's memory stays flat. */
export async function measureSlowClient(arena: Arena): Promise<Finding> {
  const plan = planOne(arena.backend.port)
  const target: Target = { host: plan.routes[0]!.hostname, path: '/huge' }
  const bytes = arena.quick ? 256 * megabyte : 1024 * megabyte
  const rows: string[][] = []
  for (const subject of arena.subjects) {
    rows.push(
      await withContenders(arena, [{ subject, plan }], async ([contender]) => {
        await measure(arena, contender!, { connections: 16, seconds: 2 })
        const before = contender!.program.memoryBytes()
        const { peak, read, seconds } = await readSlowly(contender!, target, bytes)
        return [
          subject.name,
          round(before / megabyte),
          round(peak / megabyte),
          round((peak - before) / megabyte),
          `${round(read / megabyte)} MB in ${round(seconds)} s`,
        ]
      }),
    )
  }
  return {
    columns: ['', 'MB before', 'MB at most', 'growth', 'read'],
    rows,
    notes: [
      `One request for 1 GB; the client reads at most ${slowBytesPerTick / 1024} KB every ${slowTickMs} ms${arena.quick ? ' and stops after 256 MB' : ''}. The backend has it ready at once.`,
    ],
  }
}

const slowTickMs = 10
const slowBytesPerTick = 512 * 1024

async function readSlowly(
  { port, program }: Contender,
  { host, path }: Target,
  bytes: number,
): Promise<{ peak: number; read: number; seconds: number }> {
  const began = performance.now()
  const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
  let read = 0
  let budget = slowBytesPerTick
  let peak = 0
  socket.on('data', (chunk) => {
    read += chunk.length
    budget -= chunk.length
    if (budget <= 0) socket.pause()
  })
  const refill = setInterval(() => {
    budget = Math.min(slowBytesPerTick, budget + slowBytesPerTick)
    if (budget > 0) socket.resume()
  }, slowTickMs)
  const watch = setInterval(() => {
    peak = Math.max(peak, program.memoryBytes())
    if (read >= bytes) socket.destroy()
  }, 100)
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.once('error', () => socket.destroy())
  })
  clearInterval(refill)
  clearInterval(watch)
  return { peak, read, seconds: (performance.now() - began) / 1000 }
}
