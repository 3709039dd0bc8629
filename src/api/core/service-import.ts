import { parseIp } from '../cel/functions/ip-address.ts'
import type { Kind } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { dns1035LabelFaults, dns1123LabelFaults, qualifiedNameFaults } from '../schema/names.ts'
import { type Report, show } from '../schema/report.ts'
import { ANY, list, object, port, root, STRING, unread } from './schema-words.ts'
import type { ServiceImport } from './types.ts'

const PORT = object(
  {
    name: STRING,
    port: port(),
    protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' },
    appProtocol: STRING,
  },
  ['port'],
)

const SCHEMA = root(
  {
    spec: object(
      {
        type: { type: 'string', enum: ['ClusterSetIP', 'Headless'] },
        ports: list(PORT),
        ips: list(STRING, { maxItems: 2 }),
        sessionAffinity: { type: 'string', enum: ['None', 'ClientIP'] },
        ...unread('sessionAffinityConfig', 'ipFamilies', 'internalTrafficPolicy', 'trafficDistribution'),
      },
      ['type', 'ports'],
    ),
    status: ANY,
  },
  ['spec'],
)

function check(found: KubeObject, report: Report): void {
  const { ports, ips = [] } = (found as ServiceImport).spec
  for (const [index, ip] of ips.entries()) {
    if (!parseIp(ip)) report.add('FieldValueInvalid', `${show(ip)} is no IP address`, ['spec', 'ips', index])
  }
  for (const [index, { name, appProtocol }] of ports.entries()) {
    const at = ['spec', 'ports', index] as const
    for (const fault of name === undefined ? [] : dns1123LabelFaults(name))
      report.add('FieldValueInvalid', `${show(name)} ${fault}`, [...at, 'name'])
    for (const fault of appProtocol === undefined ? [] : qualifiedNameFaults(appProtocol))
      report.add('FieldValueInvalid', `${show(appProtocol)} ${fault}`, [...at, 'appProtocol'])
    if (name === undefined && ports.length > 1)
      report.add('FieldValueRequired', 'is required as soon as there are several ports', [...at, 'name'])
  }
}

/** The Multi-Cluster Services API's view of a service elsewhere: what we need of it to be a backend. */
export const SERVICE_IMPORT: Kind = {
  group: 'multicluster.x-k8s.io',
  kind: 'ServiceImport',
  namespaced: true,
  status: true,
  versions: ['v1alpha1'],
  schemaOf: () => SCHEMA,
  nameFaults: dns1035LabelFaults,
  check,
}
