import { type IpAddress, parseIp } from '../cel/functions/ip-address.ts'
import type { Kind } from '../kind.ts'
import type { KubeObject } from '../object.ts'
import { dns1123LabelFaults, dns1123SubdomainFaults, qualifiedNameFaults } from '../schema/names.ts'
import { type Report, show } from '../schema/report.ts'
import { ANY, BOOLEAN, list, object, port, root, STRING, STRING_MAP } from './schema-words.ts'
import type { EndpointPort, EndpointSlice } from './types.ts'

const NAMED = object({ name: STRING }, ['name'])

const ENDPOINT = object(
  {
    addresses: list(STRING, { minItems: 1, maxItems: 100, listType: 'set' }),
    conditions: object({ ready: BOOLEAN, serving: BOOLEAN, terminating: BOOLEAN }),
    hostname: STRING,
    nodeName: STRING,
    zone: STRING,
    targetRef: ANY,
    hints: object({ forZones: list(NAMED), forNodes: list(NAMED) }),
    deprecatedTopology: STRING_MAP,
  },
  ['addresses'],
)

const PORT = object({
  name: { type: 'string', default: '' },
  port: port(),
  protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' },
  appProtocol: STRING,
})

const SCHEMA = root(
  {
    addressType: { type: 'string', enum: ['IPv4', 'IPv6', 'FQDN'] },
    endpoints: list(ENDPOINT, { maxItems: 1000, default: [] }),
    ports: list(PORT, { maxItems: 100 }),
  },
  ['addressType'],
)

function check(object: KubeObject, report: Report): void {
  const slice = object as EndpointSlice
  for (const [index, endpoint] of slice.endpoints.entries()) {
    for (const [position, address] of endpoint.addresses.entries()) {
      const fault = addressFault(slice.addressType, address)
      if (fault !== undefined) {
        report.add('FieldValueInvalid', `${show(address)} ${fault}`, ['endpoints', index, 'addresses', position])
      }
    }
    for (const fault of endpoint.hostname === undefined ? [] : dns1123LabelFaults(endpoint.hostname)) {
      report.add('FieldValueInvalid', `${show(endpoint.hostname)} ${fault}`, ['endpoints', index, 'hostname'])
    }
  }
  report.within('ports', () => checkPorts(slice.ports ?? [], report))
}

function addressFault(type: EndpointSlice['addressType'], address: string): string | undefined {
  if (type === 'FQDN') return dns1123SubdomainFaults(address)[0]
  const ip = parseIp(address)
  if (ip === undefined || `IPv${ip.family}` !== type) return `must be an ${type} address, as addressType says`
  return isUsable(ip) ? undefined : 'is no address that a backend can have: it is unspecified, link-local or multicast'
}

/** The API server refuses loopback, too; we don't: without a cluster that is where backends live. */
function isUsable(ip: IpAddress): boolean {
  if (ip.bits === 0n) return false
  if (ip.family === 4) return !ip.startsWith(0xa9fen, 16) && !ip.startsWith(0xe00000n, 24)
  return !ip.startsWith(0x3fan, 10) && !(ip.startsWith(0xffn, 8) && ((ip.bits >> 112n) & 0xfn) === 2n)
}

function checkPorts(ports: readonly EndpointPort[], report: Report): void {
  const names = new Set<string>()
  for (const [index, { name, appProtocol }] of ports.entries()) {
    if (names.has(name)) {
      report.add('FieldValueDuplicate', `${show(name)} is the name of another port, too`, [index, 'name'])
    }
    names.add(name)
    for (const fault of name === '' ? [] : dns1123LabelFaults(name)) {
      report.add('FieldValueInvalid', `${show(name)} ${fault}`, [index, 'name'])
    }
    for (const fault of appProtocol === undefined ? [] : qualifiedNameFaults(appProtocol)) {
      report.add('FieldValueInvalid', `${show(appProtocol)} ${fault}`, [index, 'appProtocol'])
    }
  }
}

export const ENDPOINT_SLICE: Kind = {
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  namespaced: true,
  status: false,
  versions: ['v1'],
  schemaOf: () => SCHEMA,
  nameFaults: dns1123SubdomainFaults,
  check,
}
