import { parseArgs } from 'node:util'

export const allProfiles = ['GATEWAY-HTTP', 'GATEWAY-GRPC', 'GATEWAY-TLS', 'GATEWAY-TCP', 'GATEWAY-UDP'] as const

const planes = ['embedded', 'envoy'] as const

export interface ConformanceOptions {
  /** One test instead of the suite. */
  readonly runTest?: string
  readonly profiles: readonly string[]
  /** Data planes in pods, as a cluster has them, instead of sockets of the controller's machine. */
  readonly pods: boolean
  /** What carries the traffic. */
  readonly plane: (typeof planes)[number]
  /** Leave cluster and controller running, to look at. */
  readonly keep: boolean
  /** Short limits, so that failing tests fail soon. Such a run says nothing about conformance. */
  readonly impatient: boolean
}

export const usage = `npm run conformance -- [--pods] [--plane NAME] [--run-test NAME] [--profiles A,B] [--keep] [--impatient]

  --pods           with data planes in pods, made for each Gateway; otherwise in host mode
  --plane NAME     what carries the traffic: embedded (the default) or envoy, which is installed (needs Python)
  --run-test NAME  one test of the suite (test/cluster/tests.tsv has the names)
  --profiles A,B   only these profiles, of ${allProfiles.join(', ')}
  --keep           leave the cluster and the controller running: test/cluster/rig kubectl … looks at them; Ctrl-C ends them
  --impatient      short limits, so that failing tests fail soon
`

/** Throws where the words make no sense. */
export function parseConformanceOptions(words: readonly string[]): ConformanceOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      'run-test': { type: 'string' },
      profiles: { type: 'string', default: allProfiles.join() },
      pods: { type: 'boolean', default: false },
      plane: { type: 'string', default: 'embedded' },
      keep: { type: 'boolean', default: false },
      impatient: { type: 'boolean', default: false },
    },
  })
  const profiles = values.profiles.split(',').filter((name) => name !== '')
  const unknown = profiles.filter((name) => !allProfiles.some((known) => known === name))
  if (unknown.length > 0) throw new Error(`no profiles: ${unknown.join(', ')}; there are ${allProfiles.join(', ')}`)
  const plane = planes.find((name) => name === values.plane)
  if (plane === undefined) throw new Error(`no plane: ${values.plane}; there are ${planes.join(', ')}`)
  const runTest = values['run-test']
  const { pods, keep, impatient } = values
  return { profiles, pods, plane, keep, impatient, ...(runTest !== undefined && { runTest }) }
}

/** Whether its report is one to publish: the whole suite, with the suite's own limits. */
export function isWhole({ runTest, profiles, impatient }: ConformanceOptions): boolean {
  return runTest === undefined && !impatient && allProfiles.every((name) => profiles.includes(name))
}

/** Gateway API wants a report for each way in which an implementation runs. */
export function modeOf({ pods, plane }: ConformanceOptions): string {
  const where = pods ? 'pods' : 'host'
  return plane === 'embedded' ? where : `${where}-${plane}`
}

/** The words for the suite. Which features to try it reads in GatewayClass.status.supportedFeatures, so that the claim is what is tried. */
export function suiteArguments(options: ConformanceOptions, version: string): string[] {
  const limits = [
    ...['GWCMustBeAccepted', 'GatewayMustHaveAddress', 'GatewayMustHaveCondition', 'ListenerSetMustHaveCondition'],
    ...['HTTPRouteMustHaveCondition', 'TLSRouteMustHaveCondition', 'TCPRouteMustHaveCondition'],
    ...['UDPRouteMustHaveCondition', 'RouteMustHaveParents', 'HTTPRouteMustNotHaveParents'],
    ...['GatewayStatusMustHaveListeners', 'GatewayListenersMustHaveConditions', 'LatestObservedGenerationSet'],
    'DefaultTestTimeout',
  ]
  return [
    ...['-gateway-class', 'headgate', '-conformance-profiles', options.profiles.join(), '-mode', modeOf(options)],
    ...['-organization', 'headgate', '-project', 'headgate', '-url', 'https://headgate.dev'],
    ...['-version', `v${version}`, '-contact', '@headgate/maintainers'],
    ...(options.runTest === undefined ? [] : ['-run-test', options.runTest]),
    ...(options.impatient
      ? ['-timeout-config-overrides', [...limits.map((name) => `${name}:20`), 'NamespacesMustBeReady:60'].join(';')]
      : []),
  ]
}
