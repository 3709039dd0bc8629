// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { EnvoyFilter } from '#envoy'
import { admissionControl } from './admission-control/envoy.ts'
import { apiKeyAuth } from './api-key-auth/envoy.ts'
import { authorization } from './authorization/envoy.ts'
import { basicAuth } from './basic-auth/envoy.ts'
import { compression } from './compression/envoy.ts'
import { cors } from './cors/envoy.ts'
import { credentialInjection } from './credential-injection/envoy.ts'
import { csrf } from './csrf/envoy.ts'
import { directResponse } from './direct-response/envoy.ts'
import { externalAuth } from './external-auth/envoy.ts'
import { faultInjection } from './fault-injection/envoy.ts'
import { jwt } from './jwt/envoy.ts'
import type { FilterKind } from './order.ts'
import { rateLimit } from './rate-limit/envoy.ts'
import { requestBuffer } from './request-buffer/envoy.ts'
import { requestHeaderModifier } from './request-header-modifier/envoy.ts'
import { requestMirror } from './request-mirror/envoy.ts'
import { requestRedirect } from './request-redirect/envoy.ts'
import { responseHeaderModifier } from './response-header-modifier/envoy.ts'
import { responseOverride } from './response-override/envoy.ts'
import { urlRewrite } from './url-rewrite/envoy.ts'

export const envoyFilters = {
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
} satisfies Record<FilterKind, EnvoyFilter<never>>
