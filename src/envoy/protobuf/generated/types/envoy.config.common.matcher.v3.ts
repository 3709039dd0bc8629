// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as envoy__config__route__v3$ from './envoy.config.route.v3.ts'

export interface HttpGenericBodyMatch {
  readonly bytes_limit?: number
  readonly patterns?: readonly HttpGenericBodyMatch_GenericTextMatch[]
}

export interface HttpGenericBodyMatch_GenericTextMatch {
  readonly string_match?: string
  readonly binary_match?: string
}

export interface HttpHeadersMatch {
  readonly headers?: readonly envoy__config__route__v3$.HeaderMatcher[]
}

export interface MatchPredicate {
  readonly or_match?: MatchPredicate_MatchSet
  readonly and_match?: MatchPredicate_MatchSet
  readonly not_match?: MatchPredicate
  readonly any_match?: boolean
  readonly http_request_headers_match?: HttpHeadersMatch
  readonly http_request_trailers_match?: HttpHeadersMatch
  readonly http_response_headers_match?: HttpHeadersMatch
  readonly http_response_trailers_match?: HttpHeadersMatch
  readonly http_request_generic_body_match?: HttpGenericBodyMatch
  readonly http_response_generic_body_match?: HttpGenericBodyMatch
}

export interface MatchPredicate_MatchSet {
  readonly rules?: readonly MatchPredicate[]
}
