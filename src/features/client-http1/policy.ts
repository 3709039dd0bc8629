import type { ClientHttp1, TextPattern } from '#ir'
import { ok } from '#kit/outcome.ts'
import { compileRegex } from '#kit/regex.ts'
import type { PolicySlice } from '#translate'

interface Spec {
  readonly http1: {
    readonly enableTrailers?: boolean
    readonly preserveHeaderCase?: boolean
    readonly http10?: { readonly useDefaultHost?: boolean }
    readonly disableSafeMaxConnectionDuration?: boolean
    readonly ignoredUpgradeTypes?: readonly { readonly type?: keyof typeof kinds; readonly value: string }[]
  }
}

const kinds = { Exact: 'exact', Prefix: 'prefix', Suffix: 'suffix', RegularExpression: 'regex' } as const

export const clientHttp1 = {
  kind: 'ClientTrafficPolicy',
  fields: ['http1'],
  notes: {
    'http1.enableTrailers': 'default: true',
    'http1.http10.useDefaultHost': 'the hostname of the listener, where it has one without a wildcard',
    'http1.ignoredUpgradeTypes[].value': 'beside those that are always ignored: h2c, TLS/…, HTTP/…',
  },
  translate({ http1 }: Spec, scope) {
    const ignored: TextPattern[] = []
    for (const [i, { type = 'Exact', value }] of (http1.ignoredUpgradeTypes ?? []).entries()) {
      const regex = type === 'RegularExpression' ? compileRegex(value) : undefined
      if (regex && !regex.ok)
        return scope.refuse(`http1.ignoredUpgradeTypes[${i}].value`, regex.problems[0]?.message ?? '')
      ignored.push({ kind: kinds[type], value })
    }
    const settings: ClientHttp1 = {
      ...(http1.enableTrailers !== undefined && { trailers: http1.enableTrailers }),
      ...(http1.preserveHeaderCase && { keepCase: true as const }),
      ...(http1.http10?.useDefaultHost && { defaultHost: true as const }),
      ...(http1.disableSafeMaxConnectionDuration && { endsIdle: true as const }),
      ...(ignored.length > 0 && { ignoredUpgrades: ignored }),
    }
    return ok(Object.keys(settings).length > 0 ? { listener: { client: { http1: settings } } } : {})
  },
} satisfies PolicySlice
