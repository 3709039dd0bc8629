import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listFiles, report } from './tree.ts'

/**
 * Tests that Gateway API's main branch (4564255, 2026-08-21) has beyond v1.6.1, whose suite we run, with the scenario that
 * stands for each. Its ninth, MeshGRPCRouteRequestHeaderModifier, is about meshes.
 */
const scenarioOf = {
  BackendTLSPolicyGRPCRoute: 'main-backend-tls-policy-grpc-route',
  BackendTLSPolicyTLSRouteTerminate: 'main-backend-tls-policy-tls-route-terminate',
  GRPCRouteRequestHeaderModifier: 'main-grpc-route-request-header-modifier',
  GatewayNameMaximumLength: 'main-gateway-name-maximum-length',
  HTTPRouteBackendRequestRedirect: 'main-http-route-backend-request-redirect',
  HTTPRouteBackendURLRewrite: 'main-http-route-backend-url-rewrite',
  HTTPRouteRetryConnectionError: 'main-http-route-retry-connection-error',
  HTTPRouteRetryWithTimeouts: 'main-http-route-retry-with-timeouts',
} as const

/** What main changes in the API without a test of it. */
const shapes = ['main-session-persistence', 'main-external-auth-body']

test('what main tests beyond v1.6.1 is a scenario with traffic', () => {
  const files = new Set(listFiles())
  const missing = [...Object.values(scenarioOf), ...shapes].filter(
    (folder) => !files.has(`test/scenarios/${folder}/traffic.yaml`),
  )
  assert.equal(missing.length, 0, report('scenarios of the main branch that are gone:', missing))
})
