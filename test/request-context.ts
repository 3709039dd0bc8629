import type { Fields, Plane, RequestContext, RequestHead } from '#proxy'

/** What a test says about a request; the rest is a plain GET over http on port 80. */
export interface TestRequest {
  readonly method?: string
  readonly path?: string
  readonly authority?: string
  readonly scheme?: 'http' | 'https'
  readonly clientScheme?: 'http' | 'https'
  readonly listenerPort?: number
  readonly fields?: Fields
  readonly matchedPath?: RequestContext['matchedPath']
}

/** A request as a filter of the embedded plane meets it. */
export function requestContext(request: TestRequest = {}): RequestContext {
  const { method = 'GET', path = '/', authority = 'a.test', scheme = 'http', listenerPort = 80 } = request
  const head: RequestHead = {
    method,
    scheme,
    authority,
    path,
    fields: [...(request.fields ?? [])],
    contentLength: 0,
    upgrade: '',
    expectContinue: false,
  }
  return {
    head,
    original: { authority, path, method },
    connection: {
      remoteAddress: '127.0.0.1',
      remotePort: 40_000,
      localAddress: '127.0.0.1',
      localPort: listenerPort,
      tls: scheme === 'https',
      sni: '',
      protocol: 'http/1.1',
    },
    client: { scheme: request.clientScheme ?? scheme, address: '127.0.0.1' },
    listenerPort,
    matchedPath: request.matchedPath ?? { kind: 'prefix', value: '/' },
    state: {},
  }
}

/** For filters that neither call backends nor wait. */
export const idlePlane: Plane = {
  call() {
    throw new Error('this filter calls no backend')
  },
  random: () => 0,
  buckets: {
    take() {
      throw new Error('this filter counts nothing')
    },
  },
  after: () => () => undefined,
}
