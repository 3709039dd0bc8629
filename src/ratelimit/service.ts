import { rmSync } from 'node:fs'
import { Server, type ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { limitName, limitWords, withLimitValue } from '#ir'
import type { Counters } from './counters.ts'
import {
  type Descriptor,
  type DescriptorStatus,
  decodeRequest,
  encodeResponse,
  type RateLimitRequest,
  unitLengths,
  weekUnit,
} from './protocol.ts'

/**
 * Envoy's rate limit service. It knows no rules: a question says its limit (RateLimitOverride), and what says none is let through. What it
 * counts under the domain `headgate` has the same names as in the embedded plane, so that both count together.
 */
export class RateLimitServer {
  readonly #grpc = new Server({ 'grpc.max_receive_message_length': 1 << 20 })
  readonly #counters: Counters
  readonly #credentials: ServerCredentials

  constructor(counters: Counters, credentials: ServerCredentials) {
    this.#counters = counters
    this.#credentials = credentials
    this.#grpc.addService(
      {
        shouldRateLimit: {
          path: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit',
          requestStream: false,
          responseStream: false,
          requestSerialize: () => Buffer.alloc(0),
          requestDeserialize: (bytes: Buffer) => decodeRequest(bytes),
          responseSerialize: (bytes: Buffer) => bytes,
          responseDeserialize: (bytes: Buffer) => bytes,
        },
      },
      { shouldRateLimit: (call: Call, done: sendUnaryData<Buffer>) => void this.#answer(call.request, done) },
    )
  }

  /** @param address `unix:/path`, `127.0.0.1:0` @returns the bound port; of a unix socket something greater than 0 */
  listen(address: string): Promise<number> {
    // One that died left its socket behind.
    if (address.startsWith('unix:')) rmSync(address.slice('unix:'.length), { force: true })
    return new Promise((resolve, reject) => {
      this.#grpc.bindAsync(address, this.#credentials, (error, port) => (error ? reject(error) : resolve(port)))
    })
  }

  close(): void {
    this.#grpc.forceShutdown()
  }

  async #answer({ domain, descriptors }: RateLimitRequest, done: sendUnaryData<Buffer>): Promise<void> {
    const statuses = await Promise.all(descriptors.map((one) => this.#judge(domain, one)))
    const known = statuses.filter((one) => one !== undefined)
    // Envoy knows what then becomes of the request (failure_mode_deny).
    if (known.length < statuses.length) return done({ code: status.UNAVAILABLE, details: 'Redis does not answer' })
    done(null, Buffer.from(encodeResponse(known, 'rate_limited')))
  }

  /** @returns undefined: nobody can say */
  async #judge(domain: string, { entries, limit, cost }: Descriptor): Promise<DescriptorStatus | undefined> {
    if (!limit) return silent
    const says = (key: string) => domain === limitWords.domain && entries.some((entry) => entry.key === key)
    const unit = says(limitWords.week) ? weekUnit : limit.unit
    const windowMs = unitLengths[unit]
    if (!windowMs) return silent
    const name = nameOf(domain, entries)
    const bucket = { limit: limit.requests, windowMs }
    if (says(limitWords.owed)) {
      this.#counters.add(name, bucket, cost)
      return silent
    }
    const isShadow = says(limitWords.shadow)
    const taken = await this.#counters.take(name, bucket, cost)
    if (!taken) return isShadow ? silent : undefined
    return {
      overLimit: !taken.allowed && !isShadow,
      limit: { ...limit, unit },
      remaining: taken.remaining,
      resetMs: taken.resetMs,
    }
  }
}

type Call = ServerUnaryCall<RateLimitRequest, Buffer>

/** Nobody is refused, and there is nothing to tell. */
const silent: DescriptorStatus = { overLimit: false, remaining: 0, resetMs: 0 }

function nameOf(domain: string, entries: Descriptor['entries']): string {
  if (domain !== limitWords.domain)
    return entries.reduce(
      (name, { key, value }) => withLimitValue(withLimitValue(name, key), value),
      `domain ${domain}`,
    )
  const owner = entries.find(({ key }) => key === limitWords.rule)?.value ?? ''
  return entries
    .filter(({ key }) => key === limitWords.address || key.startsWith(limitWords.keyPrefix))
    .reduce((name, { value }) => withLimitValue(name, value), limitName(owner))
}
