// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { ProxyFilter } from '#proxy'
import { admissionControl } from './admission-control/proxy.ts'
import { apiKeyAuth } from './api-key-auth/proxy.ts'
import { authorization } from './authorization/proxy.ts'
import { basicAuth } from './basic-auth/proxy.ts'
import { compression } from './compression/proxy.ts'
import { cors } from './cors/proxy.ts'
import { credentialInjection } from './credential-injection/proxy.ts'
import { csrf } from './csrf/proxy.ts'
import { directResponse } from './direct-response/proxy.ts'
import { externalAuth } from './external-auth/proxy.ts'
import { faultInjection } from './fault-injection/proxy.ts'
import { jwt } from './jwt/proxy.ts'
import type { FilterKind } from './order.ts'
import { rateLimit } from './rate-limit/proxy.ts'
import { requestBuffer } from './request-buffer/proxy.ts'
import { requestHeaderModifier } from './request-header-modifier/proxy.ts'
import { requestMirror } from './request-mirror/proxy.ts'
import { requestRedirect } from './request-redirect/proxy.ts'
import { responseHeaderModifier } from './response-header-modifier/proxy.ts'
import { responseOverride } from './response-override/proxy.ts'
import { urlRewrite } from './url-rewrite/proxy.ts'

export const proxyFilters = {
  admissionControl,
  apiKeyAuth,
  authorization,
  basicAuth,
  compression,
  cors,
  credentialInjection,
  csrf,
  directResponse,
  externalAuth,
  faultInjection,
  jwt,
  rateLimit,
  requestBuffer,
  requestHeaderModifier,
  requestMirror,
  requestRedirect,
  responseHeaderModifier,
  responseOverride,
  urlRewrite,
} satisfies Record<FilterKind, ProxyFilter<never>>
