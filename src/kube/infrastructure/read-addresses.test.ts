import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AddressFacts, readAddresses } from './read-addresses.ts'

const ready = { conditions: [{ type: 'Ready', status: 'True' }] }
const named = (name: string) => ({ metadata: { name } })

function read(fields: Partial<AddressFacts>): string {
  const facts = { parameters: {}, requested: [], service: undefined, nodes: [], pods: [], ...fields }
  const { addresses, problem } = readAddresses(facts)
  const words = addresses.map(({ type, value }) => (type === 'Hostname' ? `${value} (name)` : value))
  return [...words, ...(problem ? [`${problem.reason}: ${problem.message}`] : [])].join(', ')
}

function balancer(...ingress: readonly object[]) {
  return { ...named('web-headgate'), spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress } } }
}

test('LoadBalancer: what the load balancer has given, addresses and names', () => {
  assert.equal(
    read({ service: balancer({ ip: '192.0.2.1' }, { hostname: 'lb.example' }) }),
    '192.0.2.1, lb.example (name)',
  )
  assert.match(read({ service: balancer() }), /^AddressNotAssigned: no load balancer has given Service web-headgate/)
  assert.match(read({}), /^AddressNotAssigned: its Service does not exist yet$/)
})

test('NodePort: the nodes that are ready, where clients from outside reach them', () => {
  const service = { ...named('s'), spec: { type: 'NodePort' } }
  const node = (name: string, status: object) => ({ ...named(name), status })
  const internal = { type: 'InternalIP', address: '10.0.0.1' }
  const external = { type: 'ExternalIP', address: '192.0.2.7' }
  const nodes = [
    node('a', { ...ready, addresses: [internal, external] }),
    node('b', { ...ready, addresses: [{ ...internal, address: '10.0.0.2' }] }),
    node('c', { addresses: [{ ...internal, address: '10.0.0.3' }] }),
  ]
  assert.equal(read({ service, nodes }), '10.0.0.2, 192.0.2.7')
  assert.match(read({ service }), /^AddressNotAssigned: no node/)
})

test('ClusterIP: its own, in both families', () => {
  const service = {
    ...named('s'),
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', 'fd00::9'] },
  }
  assert.equal(read({ service }), '10.96.0.9, fd00::9')
})

test('host network: the nodes of the pods that are ready', () => {
  const pod = (hostIP: string, more: object = {}) => ({ ...named(hostIP), status: { ...ready, hostIP, ...more } })
  const pods = [pod('10.0.0.2'), pod('10.0.0.1'), pod('10.0.0.1'), pod('10.0.0.3', { conditions: [] })]
  assert.equal(read({ parameters: { hostNetwork: true }, pods }), '10.0.0.1, 10.0.0.2')
  assert.match(read({ parameters: { hostNetwork: true } }), /^AddressNotAssigned: none of its pods/)
})

test('an address that is asked for counts when it is really there', () => {
  const service = balancer({ ip: '192.0.2.1' })
  assert.equal(read({ service, requested: ['192.0.2.1'] }), '192.0.2.1')
  assert.equal(
    read({ service, requested: ['192.0.2.1', '192.0.2.2'] }),
    "192.0.2.1, AddressNotUsable: the Gateway can't be reached at 192.0.2.2: it has 192.0.2.1",
  )
  assert.match(read({ service: balancer(), requested: ['192.0.2.2'] }), /^AddressNotUsable: .*no load balancer/)
})
