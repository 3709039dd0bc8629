// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__core__v3$ from './envoy.config.core.v3.ts'

export interface CredentialInjector {
  readonly overwrite?: boolean
  readonly allow_request_without_credential?: boolean
  readonly credential?: envoy__config__core__v3$.TypedExtensionConfig
}
