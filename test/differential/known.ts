import type { TestRequest } from '../scenario/send-request.ts'
import type { Finding } from './shrink.ts'

interface Known {
  /** Its heading in docs/differences.md. */
  readonly heading: string
  readonly holds: (request: TestRequest, difference: string, finding: Finding) => boolean
}

/** Differences that stay. */
export const knownDifferences: readonly Known[] = [
  {
    heading: 'Backslashes in paths',
    holds: ({ path }) => path.includes('\\') || climbs(path),
  },
  {
    heading: 'Targets that are refused',
    holds: ({ method }, difference, { objects }) =>
      method === 'HEAD' &&
      /^answer: 40[03] on embedded, 40[03] on Envoy/.test(difference) &&
      JSON.stringify(objects).includes('"failClosed":true'),
  },
  {
    heading: 'Fields with underscores that are refused',
    holds: ({ protocol, method, headers }, difference) =>
      (protocol !== 'h1' || method === 'HEAD') &&
      Object.keys(headers).some((name) => name.includes('_')) &&
      /, (?:none|absent) on Envoy$/.test(difference),
  },
  {
    heading: 'Responses that are overridden',
    holds: (_, difference, finding) =>
      isOverridden(finding) &&
      /^response (?:vary|content-encoding|access-control-expose-headers|x-ratelimit-\w+):/.test(difference),
  },
  {
    heading: 'Local rate limits',
    holds: (_, difference, { objects }) =>
      difference.startsWith('response x-ratelimit-remaining') ||
      (/^response x-ratelimit-limit: .* on embedded, absent on Envoy/.test(difference) &&
        JSON.stringify(objects).includes('"number":0')),
  },
  {
    heading: 'Size of requests over HTTP/2',
    holds: ({ protocol, body }, _, { objects }) =>
      protocol !== 'h1' && limitsOf(objects).some((limit) => body.length + (protocol === 'grpc' ? 5 : 0) > limit),
  },
  {
    heading: 'Successes of the gateway to calls of gRPC',
    holds: ({ protocol }, difference) =>
      protocol === 'grpc' &&
      /^answer: [23]\d\d on embedded, 200 on Envoy|^response grpc-status: absent on embedded, 2 on|^(?:text|type): .* on embedded, (?:none|absent) on|^response access-control-expose-headers/.test(
        difference,
      ),
  },
  {
    heading: 'Answers about health',
    holds: ({ path }, difference, { objects }) =>
      path === '/a' && difference.startsWith('response ') && says(objects, 'healthCheck'),
  },
  {
    heading: 'Slashes that are merged',
    holds: ({ path }, _, { objects }) =>
      /^\/\/+(?:$|\?)/.test(path) && objects.some(({ kind }) => kind === 'ClientTrafficPolicy'),
  },
  {
    heading: 'Compression of answers without a body',
    holds: (_, difference, { objects }) =>
      says(objects, 'compression') && sameBut(/accept-encoding|vary/gi, difference),
  },
  {
    heading: 'Redirects of requests whose Host has a port',
    holds: ({ host }, difference) => host.includes(':') && difference.startsWith('response location'),
  },
]

/** Whether only the listed names differ, in fields that list names. */
function sameBut(names: RegExp, difference: string): boolean {
  const [, embedded, envoy] =
    /^response (?:vary|access-control-expose-headers): (.*) on embedded, (.*) on Envoy$/.exec(difference) ?? []
  const rest = (text = '') =>
    text
      .replace('absent', '')
      .replaceAll(names, '')
      .split(',')
      .filter((name) => name !== '')
      .join()
  return embedded !== undefined && rest(embedded) === rest(envoy)
}

/** Of the requestBuffers, in bytes. */
function limitsOf(objects: Finding['objects']): number[] {
  return objects.flatMap(({ spec }) => {
    const { requestBuffer } = (spec ?? {}) as { readonly requestBuffer?: { readonly limit?: string } }
    return requestBuffer ? [Number.parseInt(requestBuffer.limit ?? '', 10) || 0] : []
  })
}

/** Whether a policy has the field. */
function says(objects: Finding['objects'], field: string): boolean {
  return objects.some(({ spec }) => Object.hasOwn(spec ?? {}, field))
}

/** What has an answer put in its place, by one plane or both. */
function isOverridden({ objects }: Finding): boolean {
  return says(objects, 'responseOverride')
}

/** @returns the heading in docs/differences.md of what is known to differ */
export function knownDifference(finding: Finding, difference: string): string | undefined {
  return knownDifferences.find(({ holds }) => holds(finding.request, difference, finding))?.heading
}

/** Above the root, as written or escaped. */
function climbs(path: string): boolean {
  let depth = 0
  for (const segment of path.replaceAll(/%2e/gi, '.').replace(/\?.*/s, '').split('/').slice(1)) {
    if (segment === '..') depth--
    else if (segment !== '.') depth++
    if (depth < 0) return true
  }
  return false
}
