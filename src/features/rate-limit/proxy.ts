import { type ProxyFilter, type Reply, type RequestContext, type SharedCounters, setField, type Taken } from '#proxy'
import { type CompiledLimit, compileLimit } from './compile-rule.ts'
import type { GlobalLimitRule, RateLimitNode } from './ir.ts'
import { RequestView } from './request-view.ts'

/** What one rule says to a request. */
interface Verdict {
  readonly limit: CompiledLimit
  readonly taken: Taken
}

interface State {
  /** The strictest of those that met the request. */
  local?: Verdict | undefined
  global?: Verdict | undefined
  /** All global limits that met the request and may be told. */
  quotas?: string
  /** What the answer costs when it is over. */
  owed?: (() => void) | undefined
}

export const rateLimit: ProxyFilter<RateLimitNode> = {
  compile(node, plane, place) {
    const { buckets, counters } = plane
    const told = place?.listener.client.rateLimitHeaders !== false
    const route = place?.route ?? ''
    // Envoy's filters would each add their figures: where there are global limits, those of the local ones stay away.
    const local = node.local.map((rule) => compileLimit(rule, route, told && node.global.length === 0))
    const global = node.global.map((rule) => compileLimit(rule, route, told))
    if (global.length > 0 && !counters) throw new Error('rateLimit.global: there is no Redis')
    const mine = Symbol('rateLimit')
    const hasState = [...local, ...global].some(({ told: tells, rule }) => tells || 'responseCost' in rule)
    const stateOf = ({ state }: RequestContext) => {
      state[mine] ??= {}
      return state[mine] as State
    }

    const askLocal = (context: RequestContext, view: () => RequestView): Reply | undefined => {
      const now = Date.now()
      let strictest: Verdict | undefined
      for (const limit of local) {
        const bucket = limit.always ?? limit.bucketOf(view())
        if (bucket === undefined) continue
        strictest = stricter(strictest, { limit, taken: buckets.take(bucket, limit.limit, limit.rule.cost, now) })
      }
      if (strictest && hasState) stateOf(context).local = strictest
      return strictest && refuses(strictest) ? localReply : undefined
    }

    const askGlobal = (context: RequestContext, view: () => RequestView): Promise<Reply | undefined> | undefined => {
      const met: Met[] = []
      for (const limit of global) {
        const bucket = limit.always ?? limit.bucketOf(view())
        if (bucket !== undefined) met.push({ limit, bucket })
      }
      return met.length > 0 ? take(met, counters!, stateOf(context)) : undefined
    }

    return {
      onRequest(context) {
        let seen: RequestView | undefined
        const view = () => (seen ??= new RequestView(context))
        const refused = local.length > 0 ? askLocal(context, view) : undefined
        return refused ?? (global.length > 0 ? askGlobal(context, view) : undefined)
      },
      ...(hasState && {
        onResponse({ state }, head) {
          const { local: inner, global: outer, quotas = '' } = (state[mine] ?? {}) as State
          const strictest = inner && outer ? stricter(inner, outer) : (inner ?? outer)
          if (strictest?.limit.told) tell(strictest, strictest === outer ? quotas : '', head.fields)
        },
        onDone({ state }) {
          const mineOf = state[mine] as State | undefined
          mineOf?.owed?.()
        },
      }),
    }
  },
}

interface Met {
  readonly limit: CompiledLimit<GlobalLimitRule>
  readonly bucket: string
}

async function take(met: readonly Met[], counters: SharedCounters, state: State): Promise<Reply | undefined> {
  const answers = await Promise.all(met.map(({ limit, bucket }) => counters.take(bucket, limit.limit, limit.rule.cost)))
  let strictest: Verdict | undefined
  for (const [i, taken] of answers.entries()) {
    if (taken) strictest = stricter(strictest, { limit: met[i]!.limit, taken })
    else if (counters.whenAway === 'closed' && !met[i]!.limit.rule.shadow) return awayReply
  }
  state.global = strictest
  if (strictest) state.quotas = met.map(({ limit }) => (limit.told ? quotaOf(limit) : '')).join('')
  if (strictest && refuses(strictest)) return globalReply
  const costly = met.filter(({ limit }) => limit.rule.responseCost > 0)
  if (costly.length > 0)
    state.owed = () => {
      for (const { limit, bucket } of costly) counters.add(bucket, limit.limit, limit.rule.responseCost)
    }
  return undefined
}

/** Who refuses goes before who does not; then who has less left. */
function stricter(a: Verdict | undefined, b: Verdict): Verdict {
  if (!a) return b
  const [refusedByA, refusedByB] = [refuses(a), refuses(b)]
  if (refusedByA !== refusedByB) return refusedByA ? a : b
  return b.taken.remaining < a.taken.remaining ? b : a
}

function refuses({ limit, taken }: Verdict): boolean {
  return !taken.allowed && !limit.rule.shadow
}

/** draft-polli-ratelimit-headers-03, as Envoy writes it: quotas stand behind global limits alone. */
function tell({ limit, taken }: Verdict, quotas: string, fields: string[]): void {
  setField(fields, 'x-ratelimit-limit', `${limit.rule.requests}${quotas}`)
  setField(fields, 'x-ratelimit-remaining', String(taken.remaining))
  setField(fields, 'x-ratelimit-reset', String(Math.ceil(taken.resetMs / 1_000)))
}

function quotaOf({ limit: { limit, windowMs } }: CompiledLimit): string {
  return `, ${limit};w=${windowMs / 1_000}`
}

const plain = ['content-type', 'text/plain']
const localReply: Reply = {
  status: 429,
  fields: plain,
  body: 'local_rate_limited',
  why: 'local rate limit',
  told: 'local_rate_limited',
}
const globalReply: Reply = {
  status: 429,
  fields: plain,
  body: 'rate_limited',
  why: 'global rate limit',
  told: 'rate_limited',
}
/** Nobody can say how much is left. */
const awayReply: Reply = {
  status: 503,
  fields: [],
  body: '',
  why: 'global rate limit: Redis does not answer',
  told: 'rate limits can not be asked',
}
