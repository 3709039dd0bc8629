// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type CodecClientType =
  | 'HTTP1'
  | 'HTTP2'
  | 'HTTP3'

export interface DoubleRange {
  readonly start?: number
  readonly end?: number
}

export interface FractionalPercent {
  readonly numerator?: number
  readonly denominator?: FractionalPercent_DenominatorType
}

export type FractionalPercent_DenominatorType =
  | 'HUNDRED'
  | 'TEN_THOUSAND'
  | 'MILLION'

export interface HashPolicy {
  readonly source_ip?: HashPolicy_SourceIp
  readonly filter_state?: HashPolicy_FilterState
}

export interface HashPolicy_FilterState {
  readonly key?: string
}

export type HashPolicy_SourceIp = Readonly<Record<never, never>>

export interface HttpStatus {
  readonly code?: StatusCode
}

export interface Int32Range {
  readonly start?: number
  readonly end?: number
}

export interface Int64Range {
  readonly start?: number | string
  readonly end?: number | string
}

export interface Percent {
  readonly value?: number
}

export type RateLimitUnit =
  | 'UNKNOWN'
  | 'SECOND'
  | 'MINUTE'
  | 'HOUR'
  | 'DAY'
  | 'MONTH'
  | 'YEAR'

export interface SemanticVersion {
  readonly major_number?: number
  readonly minor_number?: number
  readonly patch?: number
}

export type StatusCode =
  | 'Empty'
  | 'Continue'
  | 'OK'
  | 'Created'
  | 'Accepted'
  | 'NonAuthoritativeInformation'
  | 'NoContent'
  | 'ResetContent'
  | 'PartialContent'
  | 'MultiStatus'
  | 'AlreadyReported'
  | 'IMUsed'
  | 'MultipleChoices'
  | 'MovedPermanently'
  | 'Found'
  | 'SeeOther'
  | 'NotModified'
  | 'UseProxy'
  | 'TemporaryRedirect'
  | 'PermanentRedirect'
  | 'BadRequest'
  | 'Unauthorized'
  | 'PaymentRequired'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'ProxyAuthenticationRequired'
  | 'RequestTimeout'
  | 'Conflict'
  | 'Gone'
  | 'LengthRequired'
  | 'PreconditionFailed'
  | 'PayloadTooLarge'
  | 'URITooLong'
  | 'UnsupportedMediaType'
  | 'RangeNotSatisfiable'
  | 'ExpectationFailed'
  | 'MisdirectedRequest'
  | 'UnprocessableEntity'
  | 'Locked'
  | 'FailedDependency'
  | 'UpgradeRequired'
  | 'PreconditionRequired'
  | 'TooManyRequests'
  | 'RequestHeaderFieldsTooLarge'
  | 'InternalServerError'
  | 'NotImplemented'
  | 'BadGateway'
  | 'ServiceUnavailable'
  | 'GatewayTimeout'
  | 'HTTPVersionNotSupported'
  | 'VariantAlsoNegotiates'
  | 'InsufficientStorage'
  | 'LoopDetected'
  | 'NotExtended'
  | 'NetworkAuthenticationRequired'

export interface TokenBucket {
  readonly max_tokens?: number
  readonly tokens_per_fill?: number
  readonly fill_interval?: string
}
