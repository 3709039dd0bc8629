import type { ClientHttp2 } from '#ir'
import { type Http2Spec, parseHttp2Pings, parseHttp2Windows } from '#kit/http2-spec.ts'
import { ok } from '#kit/outcome.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly http2: Http2Spec & {
    readonly maxConcurrentStreams?: number
    readonly onInvalidMessage?: 'TerminateStream' | 'TerminateConnection'
  }
}

export const clientHttp2 = {
  kind: 'ClientTrafficPolicy',
  fields: ['http2'],
  refused: {
    'http2.connectionKeepalive.idleInterval':
      'is for connections on which a proxy opens streams, and with clients it is they who do: write interval',
  },
  notes: {
    'http2.maxConcurrentStreams': 'default: 128',
    'http2.initialStreamWindowSize': 'default: 256Ki, Envoy 16Mi; from 65535 to 2147483647',
    'http2.initialConnectionWindowSize': 'default: 2Mi, Envoy 24Mi; from 65535 to 2147483647',
    'http2.onInvalidMessage': 'default: TerminateStream, Envoy TerminateConnection',
    'http2.connectionKeepalive.timeout': 'default: 10s',
    'http2.connectionKeepalive.intervalJitter': 'default: 15',
  },
  translate({ http2 }: Spec) {
    const windows = parseHttp2Windows(http2, 'spec.http2')
    if (!windows.ok) return windows
    const { maxConcurrentStreams, onInvalidMessage, connectionKeepalive } = http2
    const ping = connectionKeepalive && parseHttp2Pings(connectionKeepalive, 'spec.http2.connectionKeepalive')
    if (ping && !ping.ok) return ping
    const settings: ClientHttp2 = {
      ...windows.value,
      ...(ping && { ping: ping.value }),
      ...(onInvalidMessage && { broken: onInvalidMessage === 'TerminateStream' ? 'stream' : 'connection' }),
    }
    return ok({
      listener: {
        client: {
          ...(maxConcurrentStreams !== undefined && { maxConcurrentStreams }),
          ...(Object.keys(settings).length > 0 && { http2: settings }),
        },
      },
    })
  },
} satisfies PolicySlice
