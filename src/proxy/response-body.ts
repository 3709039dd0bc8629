import type { FilterChain } from './compile-rule.ts'
import type { BodySink, BodyTransform, RequestContext } from './filter.ts'
import type { ResponseHead } from './message.ts'

/** The filters that change a response's body, one behind the other: the nearest to the backend first. */
export class ResponseBody implements BodyTransform {
  readonly #transforms: readonly BodyTransform[]

  private constructor(transforms: readonly BodyTransform[]) {
    this.#transforms = transforms
  }

  /** @returns undefined: nobody changes it, and the head is as it was */
  static create(
    chains: readonly (FilterChain | undefined)[],
    context: RequestContext,
    head: ResponseHead,
    sink: BodySink,
  ): ResponseBody | undefined {
    let transforms: BodyTransform[] | undefined
    for (const chain of chains) {
      if (!chain) continue
      for (const hook of chain.transformResponse) {
        const transform = hook.transformResponse!(context, head)
        if (!transform) continue
        transforms ??= []
        transforms.push(transform)
      }
    }
    if (!transforms) return undefined
    head.contentLength = -1
    const body = new ResponseBody(transforms)
    body.start(sink)
    return body
  }

  start(sink: BodySink): void {
    for (const [i, transform] of this.#transforms.entries()) transform.start(this.#behind(i, sink))
  }

  #behind(i: number, sink: BodySink): BodySink {
    const next = this.#transforms[i + 1]
    if (!next && i === 0) return sink
    const own = this.#transforms[i]!
    const before = this.#transforms[i - 1]
    return {
      onData(chunk) {
        if (!next) sink.onData(chunk)
        else if (!next.write(chunk)) own.pause()
      },
      onDrain() {
        if (before) before.resume()
        else sink.onDrain()
      },
      onEnd: () => (next ? next.end() : sink.onEnd()),
      onError: (error) => sink.onError(error),
    }
  }

  write(chunk: Uint8Array): boolean {
    return this.#transforms[0]!.write(chunk)
  }

  end(): void {
    this.#transforms[0]!.end()
  }

  pause(): void {
    this.#transforms.at(-1)!.pause()
  }

  resume(): void {
    this.#transforms.at(-1)!.resume()
  }

  destroy(): void {
    for (const transform of this.#transforms) transform.destroy()
  }
}
