import type { Kind } from '../kind.ts'
import { dns1123SubdomainFaults } from '../schema/names.ts'
import type { Schema } from '../schema/schema.ts'
import { BOOLEAN, list, object, port, root, STRING, unread } from './schema-words.ts'

const HOSTNAME: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
}
const ABSOLUTE_HOSTNAME: Schema = { ...HOSTNAME, pattern: `${HOSTNAME.pattern!.slice(0, -1)}\\.?$` }

/** Any IP address: Envoy Gateway's own pattern leaves out `::1`, which is where a local backend may well listen. */
const ADDRESS: Schema = {
  type: 'string',
  rules: [{ rule: 'isIP(self)', message: 'must be an IPv4 or IPv6 address; a host name goes to fqdn' }],
}

const SOCKET_PATH: Schema = {
  type: 'string',
  minLength: 1,
  rules: [
    { rule: 'size(self) <= 108', message: 'must have at most 108 characters: the kernel takes no longer socket path' },
  ],
}

const ENDPOINT: Schema = {
  ...object({
    fqdn: object({ hostname: ABSOLUTE_HOSTNAME, port: port(0) }, ['hostname', 'port']),
    ip: object({ address: ADDRESS, port: port(0) }, ['address', 'port']),
    unix: object({ path: SOCKET_PATH }, ['path']),
    zone: STRING,
    hostname: HOSTNAME,
  }),
  rules: [
    {
      rule: '[has(self.fqdn), has(self.ip), has(self.unix)].filter(given, given).size() == 1',
      message: 'must have exactly one of fqdn, ip and unix',
    },
  ],
}

const reference = (namespace: boolean): Schema =>
  object(
    {
      group: { type: 'string', maxLength: 253, ...(namespace ? { default: '' } : {}) },
      kind: { type: 'string', minLength: 1, maxLength: 63, ...(namespace ? { default: 'Secret' } : {}) },
      name: { type: 'string', minLength: 1, maxLength: 253 },
      ...(namespace ? { namespace: { type: 'string', minLength: 1, maxLength: 63 } } : {}),
    },
    namespace ? ['name'] : ['group', 'kind', 'name'],
  )

const TLS: Schema = {
  ...object({
    caCertificateRefs: list(reference(false), { maxItems: 8 }),
    wellKnownCACertificates: { type: 'string', minLength: 1, maxLength: 253 },
    insecureSkipVerify: { type: 'boolean', default: false },
    sni: HOSTNAME,
    autoSNIFromEndpointHostname: BOOLEAN,
    clientCertificateRef: reference(true),
    ...unread(
      'alpnProtocols',
      'ciphers',
      'ecdhCurves',
      'fingerprints',
      'maxVersion',
      'minVersion',
      'signatureAlgorithms',
    ),
  }),
  rules: [
    {
      rule: '!(has(self.wellKnownCACertificates) && has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0)',
      message: 'caCertificateRefs and wellKnownCACertificates exclude each other',
    },
    {
      rule: '!self.insecureSkipVerify || !(has(self.wellKnownCACertificates) || has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0)',
      message: 'insecureSkipVerify verifies nothing: leave out caCertificateRefs and wellKnownCACertificates',
    },
    {
      rule: '!(has(self.sni) && has(self.autoSNIFromEndpointHostname) && self.autoSNIFromEndpointHostname)',
      message: 'sni and autoSNIFromEndpointHostname exclude each other',
    },
  ],
}

const PROTOCOLS = ['h2c', 'ws', 'wss'].map((name) => `gateway.envoyproxy.io/${name}`)

const SCHEMA = root(
  {
    spec: {
      ...object({
        type: { type: 'string', enum: ['Endpoints', 'DynamicResolver'], default: 'Endpoints' },
        endpoints: list(ENDPOINT, {
          minItems: 1,
          maxItems: 256,
          rules: [
            {
              rule: 'self.all(e, has(e.fqdn)) || !self.exists(e, has(e.fqdn))',
              message: 'fqdn endpoints and others must not be mixed in one Backend',
            },
          ],
        }),
        appProtocols: list({ type: 'string', enum: PROTOCOLS }),
        fallback: BOOLEAN,
        tls: TLS,
      }),
      rules: [
        {
          rule: "self.type != 'DynamicResolver' || !has(self.endpoints)",
          message: 'type DynamicResolver takes its endpoints from the request: leave them out',
        },
      ],
    },
  },
  ['spec'],
)

export const ENVOY_BACKEND: Kind = {
  group: 'gateway.envoyproxy.io',
  kind: 'Backend',
  namespaced: true,
  status: true,
  versions: ['v1alpha1'],
  schemaOf: () => SCHEMA,
  nameFaults: dns1123SubdomainFaults,
}
