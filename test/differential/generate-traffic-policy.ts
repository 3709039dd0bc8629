import type { Random } from '../fuzz/http1-generate.ts'
import { fieldNames, type Part, type Style, segments, times } from './generate-table.ts'

/** Status codes that an answer may have. Those without content have rules of their own (RFC 9110 6.4.1). */
const statuses = [200, 201, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503, 599] as const

/** A body of the gateway's own starts like this, so that the comparison knows it from the texts of refusals. */
export const told = 'told: '

/** The spec of a BackendTrafficPolicy, without targets: what does the same each time. */
export function generateTrafficPolicy(random: Random, style: Style): Part {
  return {
    ...(random.below(4) === 0 && { faultInjection: { abort: generateAbort(random) } }),
    ...(random.below(2) === 0 && { responseOverride: times(1 + random.below(3), () => generateOverride(random)) }),
    ...(random.below(4) === 0 && { compression: generateCompression(random) }),
    ...(random.below(5) === 0 && { requestBuffer: { limit: random.pick(['1', '8', '1000']) } }),
    ...(style === 'limits' && random.below(2) === 0 && { rateLimit: { local: { rules: [generateLimit(random)] } } }),
    ...(random.below(5) === 0 && { timeout: { http: { requestTimeout: '2s' } } }),
  }
}

function generateAbort(random: Random): Part {
  const percentage = random.below(3) === 0 ? { percentage: random.pick([0, 100]) } : {}
  const status = random.below(4) === 0 ? { grpcStatus: random.below(17) } : { httpStatus: random.pick(statuses) }
  return { ...status, ...percentage }
}

function generateOverride(random: Random): Part {
  const match = {
    ...(random.below(4) > 0 && { statusCodes: times(1 + random.below(2), () => generateStatuses(random)) }),
    ...(random.below(4) === 0 && { responseHeaders: [generateFieldTest(random)] }),
  }
  const source = random.below(3) === 0 ? { source: random.pick(['All', 'Local', 'Backend']) } : {}
  return random.below(4) === 0
    ? { match, ...source, redirect: generateRedirect(random) }
    : { match, ...source, response: generateAnswer(random) }
}

function generateStatuses(random: Random): Part {
  if (random.below(2) === 0) return { type: 'Value', value: random.pick(statuses) }
  const start = random.pick([200, 400, 404, 500])
  return { type: 'Range', range: { start, end: start + random.pick([1, 50, 99]) } }
}

function generateFieldTest(random: Random): Part {
  const [type, value] = random.pick([
    ['Exact', '1'],
    ['Prefix', 'application/'],
    ['Suffix', 'json'],
    ['RegularExpression', '[0-9]+|http:.*'],
  ] as const)
  return { name: random.pick(['x-new', 'X-Two', 'content-type', 'location']), value: { type, value } }
}

function generateRedirect(random: Random): Part {
  return {
    ...(random.below(2) === 0 && { hostname: 'login.test', scheme: random.pick(['http', 'https']) }),
    ...(random.below(2) === 0 && { path: { type: 'ReplaceFullPath', replaceFullPath: '/login?from=here' } }),
    ...(random.below(2) === 0 && { statusCode: random.pick([301, 302]) }),
  }
}

/** What an override and a direct response put in the place of an answer. */
export function generateAnswer(random: Random): Part {
  const field = () => ({
    name: random.pick(['x-new', 'X-Two', 'cache-control', 'vary']),
    value: random.pick(['1', 'a']),
  })
  const header = {
    ...(random.below(2) === 0 && { set: [field()] }),
    ...(random.below(2) === 0 && { add: [field()] }),
  }
  return {
    ...(random.below(3) > 0 && { statusCode: random.pick(statuses) }),
    ...(random.below(4) === 0 && { contentType: random.pick(['text/html', 'application/problem+json']) }),
    ...(random.below(4) > 0 && { body: { type: 'Inline', inline: told + generateText(random) } }),
    ...(random.below(3) === 0 && { header }),
  }
}

function generateText(random: Random): string {
  return random.pick(['sorry', '100%% closed', '%REQ(x-user)%', '%REQ(x-none?x-team):2%', 'x'.repeat(300)])
}

function generateCompression(random: Random): Part[] {
  const kinds = ['Gzip', 'Brotli', 'Zstd'].filter(() => random.below(2) === 0)
  return (kinds.length > 0 ? kinds : ['Gzip']).map((type) => ({
    type,
    [type.toLowerCase()]: {},
    ...(random.below(2) === 0 && { minContentLength: random.pick(['30', '10Ki']) }),
  }))
}

/** Few requests in a long time: both planes count the same until they refuse. */
function generateLimit(random: Random): Part {
  const selectors = {
    ...(random.below(2) === 0 && {
      headers: [
        random.pick([
          { name: random.pick(fieldNames), type: 'Exact', value: '1' },
          { name: random.pick(fieldNames), type: 'RegularExpression', value: '[0-9]+' },
          { name: random.pick(fieldNames), type: 'Exact', value: '1', invert: true },
          { name: random.pick(fieldNames), type: 'Distinct' },
        ]),
      ],
    }),
    ...(random.below(4) === 0 && { methods: [{ value: random.pick(['GET', 'POST']) }] }),
    ...(random.below(4) === 0 && { path: { type: 'PathPrefix', value: `/${random.pick(segments.slice(1, 5))}` } }),
    ...(random.below(4) === 0 && { queryParams: [{ name: 'q', type: 'Exact', value: '1' }] }),
    ...(random.below(4) === 0 && {
      sourceCIDR: { type: 'Exact', value: random.pick(['0.0.0.0/0', '10.0.0.0/8', '127.0.0.0/8']) },
    }),
  }
  return {
    ...(Object.keys(selectors).length > 0 && { clientSelectors: [selectors] }),
    limit: { requests: random.pick([1, 2, 4]), unit: 'Day' },
    ...(random.below(5) === 0 && { shadowMode: true }),
    ...(random.below(5) === 0 && { cost: { request: { from: 'Number', number: random.pick([0, 2]) } } }),
  }
}
