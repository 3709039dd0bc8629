import { parseIp } from '../cel/functions/ip-address.ts'
import type { Kind } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { dns1035LabelFaults, dns1123LabelFaults, dns1123SubdomainFaults, qualifiedNameFaults } from '../schema/names.ts'
import { type Report, show } from '../schema/report.ts'
import { list, object, port, root, STRING, STRING_MAP, unread } from './schema-words.ts'
import type { Service, ServicePort } from './types.ts'

const PORT = object(
  {
    name: STRING,
    port: port(),
    targetPort: { intOrString: true },
    protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' },
    appProtocol: STRING,
    nodePort: port(0),
  },
  ['port'],
)

const SPEC: typeof PORT = {
  ...object({
    type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], default: 'ClusterIP' },
    ports: list(PORT, { listType: 'map', listKeys: ['port', 'protocol'] }),
    selector: STRING_MAP,
    clusterIP: STRING,
    clusterIPs: list(STRING),
    externalName: STRING,
    sessionAffinity: { type: 'string', enum: ['None', 'ClientIP'], default: 'None' },
    ipFamilies: list({ type: 'string', enum: ['IPv4', 'IPv6'] }, { listType: 'set' }),
    ...unread('allocateLoadBalancerNodePorts', 'externalIPs', 'externalTrafficPolicy', 'healthCheckNodePort'),
    ...unread('internalTrafficPolicy', 'ipFamilyPolicy', 'loadBalancerClass', 'loadBalancerIP'),
    trafficDistribution: STRING,
    ...unread('loadBalancerSourceRanges', 'publishNotReadyAddresses', 'sessionAffinityConfig'),
  }),
  default: {},
}

const SCHEMA = root({ spec: SPEC })

function check(object: KubeObject, report: Report): void {
  const { spec } = object as Service
  report.within('spec', () => {
    if (spec.type === 'ExternalName') checkExternalName(spec.externalName ?? '', report)
    else if ((spec.ports ?? []).length === 0 && spec.clusterIP !== 'None') {
      report.add('FieldValueRequired', 'at least one port is required', ['ports'])
    }
    const ip = spec.clusterIP ?? ''
    if (ip !== '' && ip !== 'None' && parseIp(ip) === undefined) {
      report.add('FieldValueInvalid', `${show(ip)} must be empty, 'None', or an IP address`, ['clusterIP'])
    }
    report.within('ports', () => checkPorts(spec.ports ?? [], report))
  })
}

function checkExternalName(name: string, report: Report): void {
  if (name === '')
    report.add('FieldValueRequired', 'is required for type ExternalName, such as api.example.com', ['externalName'])
  // A final dot says that the name is absolute.
  else
    for (const fault of dns1123SubdomainFaults(name.replace(/\.$/, ''))) {
      report.add('FieldValueInvalid', `${show(name)} ${fault}`, ['externalName'])
    }
}

function checkPorts(ports: readonly ServicePort[], report: Report): void {
  const names = new Set<string>()
  for (const [index, { name = '', targetPort, appProtocol }] of ports.entries()) {
    report.within(index, () => {
      if (name === '' && ports.length > 1) report.add('FieldValueRequired', 'several ports each need a name', ['name'])
      if (name !== '') {
        for (const fault of dns1123LabelFaults(name))
          report.add('FieldValueInvalid', `${show(name)} ${fault}`, ['name'])
        if (names.has(name))
          report.add('FieldValueDuplicate', `${show(name)} is the name of another port, too`, ['name'])
        names.add(name)
      }
      if (targetPort !== undefined) checkTargetPort(targetPort, report)
      for (const fault of appProtocol === undefined ? [] : qualifiedNameFaults(appProtocol)) {
        report.add('FieldValueInvalid', `${show(appProtocol)} ${fault}`, ['appProtocol'])
      }
    })
  }
}

/** A number, or a container port's name by the rules of RFC 6335 (5.1). */
function checkTargetPort(targetPort: number | string, report: Report): void {
  const good =
    typeof targetPort === 'number'
      ? targetPort >= 1 && targetPort <= 65535
      : targetPort.length <= 15 && /[a-z]/.test(targetPort) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(targetPort)
  if (!good)
    report.add('FieldValueInvalid', `${show(targetPort)} must be 1 to 65535, or a port's name such as http`, [
      'targetPort',
    ])
}

/** The API server fills a port's target with the port itself. */
function complete(object: KubeObject): KubeObject {
  const { spec } = object as Service
  if (spec.ports === undefined) return object
  const ports = spec.ports.map((entry) => {
    const target = entry.targetPort as number | string | undefined
    return { ...entry, targetPort: target === undefined || target === 0 || target === '' ? entry.port : target }
  })
  return { ...object, spec: { ...spec, ports } }
}

export const SERVICE: Kind = {
  group: '',
  kind: 'Service',
  namespaced: true,
  status: true,
  versions: ['v1'],
  schemaOf: () => SCHEMA,
  nameFaults: dns1035LabelFaults,
  check,
  complete,
}
