import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#api'
import { findDataReferences } from './find-data-references.ts'

function object(kind: string, spec: object): KubeObject {
  return { apiVersion: 'example.com/v1', kind, metadata: { name: 'x', namespace: 'home' }, spec }
}

test('references are found by what they say, in any kind of object', () => {
  const cases: readonly [string, object, readonly string[]][] = [
    [
      'Gateway',
      {
        listeners: [
          {
            tls: {
              certificateRefs: [
                { group: '', kind: 'Secret', name: 'a' },
                { name: 'b', namespace: 'n' },
              ],
            },
          },
        ],
      },
      ['Secret/home/a', 'Secret/n/b'],
    ],
    [
      'Gateway',
      {
        tls: {
          backend: { clientCertificateRef: { group: '', kind: 'Secret', name: 'client' } },
          frontend: { default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] } } },
        },
      },
      ['Secret/home/client', 'ConfigMap/home/ca'],
    ],
    [
      'SecurityPolicy',
      {
        oidc: { clientSecret: { name: 'oidc' } },
        jwt: { providers: [{ localJWKS: { valueRef: { kind: 'ConfigMap', name: 'jwks' } } }] },
      },
      ['Secret/home/oidc', 'ConfigMap/home/jwks'],
    ],
    [
      'SecurityPolicy',
      // As the API server stores them: with defaults.
      {
        basicAuth: { users: { group: '', kind: 'Secret', name: 'people' } },
        apiKeyAuth: { credentialRefs: [{ group: '', kind: 'Secret', name: 'keys', namespace: 'other' }] },
        extAuth: { contextExtensions: [{ valueRef: { group: '', kind: 'Secret', name: 'context', key: 'a' } }] },
      },
      ['Secret/home/people', 'Secret/other/keys', 'Secret/home/context'],
    ],
    ['BackendTLSPolicy', { targetRefs: [{ group: '', kind: 'Service', name: 'shop' }] }, []],
    ['HTTPRoute', { rules: [{ name: 'one', backendRefs: [{ name: 'shop', port: 80 }] }] }, []],
    [
      'Gateway',
      { listeners: [{ tls: { certificateRefs: [{ group: 'vault.example', kind: 'Secret', name: 'a' }] } }] },
      [],
    ],
    ['Service', { ref: { kind: 'Secret', name: 'a' } }, []],
  ]
  for (const [kind, spec, wanted] of cases) assert.deepEqual(findDataReferences(object(kind, spec)), wanted, kind)
})
