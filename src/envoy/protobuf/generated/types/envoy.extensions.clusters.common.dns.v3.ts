// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export type DnsLookupFamily =
  | 'UNSPECIFIED'
  | 'AUTO'
  | 'V4_ONLY'
  | 'V6_ONLY'
  | 'V4_PREFERRED'
  | 'ALL'
