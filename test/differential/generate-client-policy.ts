import type { Random } from '../fuzz/http1-generate.ts'
import type { Part } from './generate-table.ts'

/** The spec of a ClientTrafficPolicy, without targets: what can be seen in one exchange. */
export function generateClientPolicy(random: Random): Part {
  return {
    ...(random.below(3) > 0 && { headers: generateHeaders(random) }),
    ...(random.below(3) === 0 && {
      path: {
        ...(random.below(2) === 0 && { disableMergeSlashes: random.below(2) === 0 }),
        ...(random.below(2) === 0 && {
          escapedSlashesAction: random.pick([
            'KeepUnchanged',
            'RejectRequest',
            'UnescapeAndForward',
            'UnescapeAndRedirect',
          ]),
        }),
      },
    }),
    ...(random.below(3) === 0 && { clientIPDetection: generateDetection(random) }),
    ...(random.below(6) === 0 && { healthCheck: { path: '/a' } }),
  }
}

function generateHeaders(random: Random): Part {
  return {
    ...(random.below(2) === 0 && {
      earlyRequestHeaders: generateEdits(random, ['x-one', 'X-Two', 'version', 'x-user', 'x-token']),
    }),
    ...(random.below(2) === 0 && {
      lateResponseHeaders: generateEdits(random, ['x-new', 'X-Two', 'vary', 'x-late', 'cache-control']),
    }),
    ...(random.below(3) === 0 && {
      requestID: random.pick(['Generate', 'PreserveOrGenerate', 'Preserve', 'Disable']),
    }),
    ...(random.below(4) === 0 && { withUnderscoresAction: random.pick(['Allow', 'RejectRequest', 'DropHeader']) }),
    ...(random.below(4) === 0 && { disableRateLimitHeaders: true }),
  }
}

function generateEdits(random: Random, names: readonly string[]): Part {
  const field = () => ({ name: random.pick(names), value: random.pick(['1', 'late', 'a, b', '100%']) })
  return {
    ...(random.below(3) === 0 && { set: [field()] }),
    ...(random.below(3) === 0 && { add: [field()] }),
    ...(random.below(3) === 0 && { addIfAbsent: [field()] }),
    ...(random.below(3) === 0 && { remove: [random.pick(names)] }),
    ...(random.below(3) === 0 && {
      removeOnMatch: [
        random.pick([
          { type: 'Prefix', value: 'x-o' },
          { type: 'Suffix', value: '-two' },
          { type: 'Exact', value: 'version' },
          { type: 'RegularExpression', value: 'x-(one|new)' },
        ]),
      ],
    }),
  }
}

function generateDetection(random: Random): Part {
  return random.pick<Part>([
    { xForwardedFor: { numTrustedHops: 1 } },
    { xForwardedFor: { numTrustedHops: 2 } },
    { customHeader: { name: 'x-real-ip' } },
    { customHeader: { name: 'x-real-ip', failClosed: true } },
    { directSourceIP: {} },
  ])
}
