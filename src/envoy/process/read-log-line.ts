/** What Envoy says on its way that is no news: we report refused configuration ourselves, with the object it comes from. */
const known = [
  /^(?:gRPC|delta) config .* rejected/,
  /^(?:lds: listener|cds: cluster) .* rejected/,
  /^DeltaAggregatedResources gRPC config stream/,
  /^StreamAggregatedResources gRPC config stream/,
  /^listener '.*' failed to bind/,
  /^caught ENVOY_SIGTERM/,
  /^there is no configured limit to the number of allowed active downstream connections/,
  /^Usage of the deprecated runtime key/,
  // Of our resources, not of the user's words.
  /^Deprecated field:/,
  / marked as work-in-progress/,
]

const longest = 400

/** A line of Envoy's log (`--log-format '%l %n %v'`) as one of ours; undefined where it says nothing to the user. */
export function readLogLine(line: string): string | undefined {
  const [, level = '', , message = ''] = /^(warning|error|critical) (\S+) (.*)$/.exec(line) ?? []
  if (level === '' || known.some((one) => one.test(message))) return undefined
  const text = message.length > longest ? `${message.slice(0, longest)}…` : message
  return `envoy ${level}: ${text}`
}
