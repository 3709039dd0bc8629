import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateObject } from '../validate.ts'

const object = (apiVersion: string, kind: string, fields: object, metadata: object = { name: 'a' }): object => ({
  ...{ apiVersion, kind, metadata },
  ...fields,
})

function stored(input: unknown): Readonly<Record<string, unknown>> {
  const outcome = validateObject(input)
  assert.ok(outcome.ok, JSON.stringify(outcome))
  return outcome.value
}

function problems(input: unknown): readonly string[] {
  const outcome = validateObject(input)
  return outcome.ok ? [] : outcome.problems.map(({ path, message }) => `${path}: ${message}`)
}

function refused(input: unknown, pattern: RegExp): void {
  assert.match(problems(input).join('\n'), pattern)
}

describe('Service', () => {
  const service = (spec: object, name = 'a') => object('v1', 'Service', { spec }, { name })
  test('ports get their protocol and target', () => {
    assert.deepEqual(stored(service({ ports: [{ port: 80 }] })).spec, {
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      type: 'ClusterIP',
      sessionAffinity: 'None',
    })
  })
  test('everything a real Service has is known', () => {
    const spec = {
      ...{ allocateLoadBalancerNodePorts: true, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], externalIPs: [] },
      ...{
        externalTrafficPolicy: 'Local',
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        type: 'LoadBalancer',
      },
      ...{ ipFamilyPolicy: 'SingleStack', selector: { app: 'x' }, trafficDistribution: 'PreferClose' },
      ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort: 30080, appProtocol: 'kubernetes.io/h2c' }],
    }
    assert.deepEqual(problems({ ...service(spec), status: { loadBalancer: {} } }), [])
  })
  test('headless and ExternalName Services need no port', () => {
    assert.deepEqual(problems(service({ clusterIP: 'None' })), [])
    assert.deepEqual(problems(service({ type: 'ExternalName', externalName: 'api.example.com.' })), [])
  })
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['no port', {}, /^spec.ports: at least one port/],
    ['port out of range', { ports: [{ port: 0 }] }, /^spec.ports\[0\].port: 0 must be at least 1/],
    ['several ports without names', { ports: [{ port: 1 }, { port: 2, name: 'b' }] }, /^spec.ports\[0\].name: several/],
    [
      'one name twice',
      {
        ports: [
          { port: 1, name: 'b' },
          { port: 2, name: 'b' },
        ],
      },
      /^spec.ports\[1\].name: 'b' is the name/,
    ],
    [
      'one port twice',
      {
        ports: [
          { port: 1, name: 'a' },
          { port: 1, name: 'b' },
        ],
      },
      /^spec.ports\[1\]: port 1, protocol 'TCP'/,
    ],
    ['bad port name', { ports: [{ port: 1, name: 'A' }] }, /^spec.ports\[0\].name: 'A' may only/],
    ['bad target name', { ports: [{ port: 1, targetPort: 'UPPER' }] }, /^spec.ports\[0\].targetPort/],
    ['bad target number', { ports: [{ port: 1, targetPort: 70000 }] }, /^spec.ports\[0\].targetPort/],
    ['unknown protocol', { ports: [{ port: 1, protocol: 'tcp' }] }, /did you mean 'TCP'/],
    ['ExternalName without a name', { type: 'ExternalName' }, /^spec.externalName: is required/],
    ['ExternalName with a bad name', { type: 'ExternalName', externalName: 'a_b' }, /^spec.externalName: 'a_b'/],
    ['unknown field', { port: [] }, /^spec.port: no such field here; did you mean 'ports'/],
    ['bad clusterIP', { clusterIP: 'x', ports: [{ port: 1 }] }, /^spec.clusterIP/],
  ]
  for (const [name, spec, pattern] of cases) test(`refuses: ${name}`, () => refused(service(spec), pattern))
  test('its name starts with a letter', () =>
    refused(service({ ports: [{ port: 1 }] }, '1a'), /^metadata.name: '1a' .*start with a letter/))
})

describe('ServiceImport', () => {
  const imported = (spec: object) => object('multicluster.x-k8s.io/v1alpha1', 'ServiceImport', { spec })
  test('what an importer writes is good, and gets its protocol', () => {
    const spec = { type: 'ClusterSetIP', ips: ['10.0.0.1'], ports: [{ name: 'http', port: 80, appProtocol: 'http' }] }
    const { ports } = stored({ ...imported(spec), status: { clusters: [{ cluster: 'west' }] } }).spec as typeof spec
    assert.deepEqual(ports, [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }])
  })
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['no type', { ports: [] }, /^spec.type: /],
    ['another type', { type: 'NodePort', ports: [] }, /^spec.type: /],
    ['no ports', { type: 'Headless' }, /^spec.ports: /],
    ['no address', { type: 'ClusterSetIP', ips: ['west'], ports: [] }, /^spec.ips\[0\]: 'west' is no IP address/],
    [
      'several ports without names',
      { type: 'Headless', ports: [{ port: 1, name: 'a' }, { port: 2 }] },
      /^spec.ports\[1\].name: is required/,
    ],
  ]
  for (const [name, spec, pattern] of cases) test(`${name} is refused`, () => refused(imported(spec), pattern))
})

describe('EndpointSlice', () => {
  const slice = (fields: object) => object('discovery.k8s.io/v1', 'EndpointSlice', fields)
  test('loopback is where backends without a cluster live', () => {
    const { ports, endpoints } = stored(
      slice({ addressType: 'IPv4', endpoints: [{ addresses: ['127.0.0.1'] }], ports: [{ port: 80 }] }),
    )
    assert.deepEqual(ports, [{ port: 80, name: '', protocol: 'TCP' }])
    assert.deepEqual(endpoints, [{ addresses: ['127.0.0.1'] }])
    assert.deepEqual(stored(slice({ addressType: 'IPv6' })).endpoints, [])
  })
  const endpoints = (addressType: string, address: string) =>
    slice({ addressType, endpoints: [{ addresses: [address] }] })
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['no address type', slice({}), /^addressType: is required/],
    [
      'an IPv6 address in an IPv4 slice',
      endpoints('IPv4', '::1'),
      /^endpoints\[0\].addresses\[0\]: '::1' must be an IPv4/,
    ],
    ['a host name in an IPv4 slice', endpoints('IPv4', 'localhost'), /must be an IPv4 address/],
    ['the unspecified address', endpoints('IPv4', '0.0.0.0'), /unspecified/],
    ['link-local', endpoints('IPv6', 'fe80::1'), /link-local/],
    ['a bad host name', endpoints('FQDN', 'a_b'), /'a_b'/],
    ['no address', slice({ addressType: 'IPv4', endpoints: [{ addresses: [] }] }), /at least 1 item/],
    [
      'one address twice',
      slice({ addressType: 'IPv4', endpoints: [{ addresses: ['1.1.1.1', '1.1.1.1'] }] }),
      /second time/,
    ],
    ['one port name twice', slice({ addressType: 'IPv4', ports: [{ port: 1 }, { port: 2 }] }), /^ports\[1\].name/],
  ]
  for (const [name, input, pattern] of cases) test(`refuses: ${name}`, () => refused(input, pattern))
})

describe('Secret and ConfigMap', () => {
  test('stringData goes into data and wins there', () => {
    const secret = stored(object('v1', 'Secret', { data: { a: 'eA==', b: 'eQ==' }, stringData: { b: 'z' } }))
    assert.deepEqual(secret.data, { a: 'eA==', b: 'eg==' })
    assert.equal(secret.stringData, undefined)
    assert.equal(secret.type, 'Opaque')
  })
  test('base64 may be broken into lines', () => {
    assert.deepEqual(problems(object('v1', 'Secret', { data: { a: 'eHh4\neHh4\n' } })), [])
  })
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['data that is not base64', object('v1', 'Secret', { data: { a: '!' } }), /^data.a: '!' must be base64/],
    [
      'a TLS Secret without its key',
      object('v1', 'Secret', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': '' } }),
      /^data\[tls.key\]: is required/,
    ],
    ['a bad key', object('v1', 'Secret', { data: { 'a/b': '' } }), /^data\[a\/b\]: key 'a\/b' must be/],
    ['a number in a ConfigMap', object('v1', 'ConfigMap', { data: { a: 1 } }), /^data.a: must be a string/],
    [
      'a key in data and binaryData',
      object('v1', 'ConfigMap', { data: { a: '' }, binaryData: { a: '' } }),
      /^binaryData.a: 'a' is a key of data/,
    ],
    [
      'more than a mebibyte',
      object('v1', 'ConfigMap', { data: { a: 'x'.repeat(2 ** 20 + 1) } }),
      /^data: must have at most 1048576 bytes/,
    ],
  ]
  for (const [name, input, pattern] of cases) test(`refuses: ${name}`, () => refused(input, pattern))
})

test('a Namespace carries its name as a label', () => {
  const { metadata } = stored(object('v1', 'Namespace', {}, { name: 'shop', labels: { a: 'b' } }))
  assert.deepEqual(metadata, { name: 'shop', labels: { a: 'b', 'kubernetes.io/metadata.name': 'shop' } })
  refused(object('v1', 'Namespace', {}, { name: 'a.b' }), /^metadata.name: 'a.b'/)
})

describe("Envoy Gateway's Backend", () => {
  const backend = (spec: object) => object('gateway.envoyproxy.io/v1alpha1', 'Backend', { spec })
  const good: readonly object[] = [
    { endpoints: [{ ip: { address: '127.0.0.1', port: 3000 } }, { unix: { path: '/run/app.sock' } }] },
    {
      endpoints: [{ ip: { address: '::1', port: 3000 } }],
      appProtocols: ['gateway.envoyproxy.io/h2c'],
      fallback: true,
    },
    { endpoints: [{ fqdn: { hostname: 'api.example.com.', port: 443 } }], tls: { wellKnownCACertificates: 'System' } },
    { type: 'DynamicResolver' },
  ]
  for (const spec of good) test(`takes ${JSON.stringify(spec)}`, () => assert.deepEqual(problems(backend(spec)), []))
  const ip = { address: '1.1.1.1', port: 1 }
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [
      'an endpoint of two kinds',
      { endpoints: [{ ip, unix: { path: '/x' } }] },
      /^spec.endpoints\[0\]: only one of fqdn, ip or unix/,
    ],
    ['an endpoint of no kind', { endpoints: [{ zone: 'a' }] }, /one of fqdn, ip or unix must be specified/],
    ['a mix with host names', { endpoints: [{ ip }, { fqdn: { hostname: 'a', port: 1 } }] }, /cannot be mixed/],
    [
      'a host name as address',
      { endpoints: [{ ip: { address: 'a.b', port: 1 } }] },
      /a host name goes to fqdn \(it is 'a.b'\)/,
    ],
    ['a long socket path', { endpoints: [{ unix: { path: 'x'.repeat(109) } }] }, /must not exceed 108 characters/],
    ['endpoints of a DynamicResolver', { type: 'DynamicResolver', endpoints: [{ ip }] }, /cannot have endpoints/],
    [
      'two sources of CA certificates',
      { tls: { insecureSkipVerify: true, wellKnownCACertificates: 'System' } },
      /InsecureSkipVerify/,
    ],
    ['no endpoints in the list', { endpoints: [] }, /at least 1 item/],
  ]
  for (const [name, spec, pattern] of cases) test(`refuses: ${name}`, () => refused(backend(spec), pattern))
})
