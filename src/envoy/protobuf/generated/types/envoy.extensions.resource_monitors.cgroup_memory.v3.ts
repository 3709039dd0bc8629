// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface CgroupMemoryConfig {
  readonly max_memory_bytes?: number | string
}
