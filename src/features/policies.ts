// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { PolicySlice } from '#translate'
import { admissionControl } from './admission-control/policy.ts'
import { apiKeyAuth } from './api-key-auth/policy.ts'
import { authorization } from './authorization/policy.ts'
import { backendConnections } from './backend-connections/policy.ts'
import { backendDns } from './backend-dns/policy.ts'
import { backendProtocols } from './backend-protocols/policy.ts'
import { backendRouting } from './backend-routing/policy.ts'
import { basicAuth } from './basic-auth/policy.ts'
import { circuitBreaker } from './circuit-breaker/policy.ts'
import { clientAddress } from './client-address/policy.ts'
import { clientConnections } from './client-connections/policy.ts'
import { clientHeaders } from './client-headers/policy.ts'
import { clientHealth } from './client-health/policy.ts'
import { clientHttp1 } from './client-http1/policy.ts'
import { clientHttp2 } from './client-http2/policy.ts'
import { clientKeepalive } from './client-keepalive/policy.ts'
import { clientPaths } from './client-paths/policy.ts'
import { clientProtocols } from './client-protocols/policy.ts'
import { clientProxyProtocol } from './client-proxy-protocol/policy.ts'
import { clientTimeouts } from './client-timeouts/policy.ts'
import { clientTls } from './client-tls/policy.ts'
import { compression } from './compression/policy.ts'
import { cors } from './cors/policy.ts'
import { credentialInjection } from './credential-injection/policy.ts'
import { csrf } from './csrf/policy.ts'
import { directResponse } from './direct-response/policy.ts'
import { externalAuth } from './external-auth/policy.ts'
import { faultInjection } from './fault-injection/policy.ts'
import { healthCheck } from './health-check/policy.ts'
import { jwt } from './jwt/policy.ts'
import { loadBalancing } from './load-balancing/policy.ts'
import { rateLimit } from './rate-limit/policy.ts'
import { requestBuffer } from './request-buffer/policy.ts'
import { responseOverride } from './response-override/policy.ts'
import { retry } from './retry/policy.ts'
import { timeouts } from './timeouts/policy.ts'
import { urlRewrite } from './url-rewrite/policy.ts'

export const policySlices = {
  admissionControl,
  apiKeyAuth,
  authorization,
  backendConnections,
  backendDns,
  backendProtocols,
  backendRouting,
  basicAuth,
  circuitBreaker,
  clientAddress,
  clientConnections,
  clientHeaders,
  clientHealth,
  clientHttp1,
  clientHttp2,
  clientKeepalive,
  clientPaths,
  clientProtocols,
  clientProxyProtocol,
  clientTimeouts,
  clientTls,
  compression,
  cors,
  credentialInjection,
  csrf,
  directResponse,
  externalAuth,
  faultInjection,
  healthCheck,
  jwt,
  loadBalancing,
  rateLimit,
  requestBuffer,
  responseOverride,
  retry,
  timeouts,
  urlRewrite,
} satisfies Record<string, PolicySlice>
