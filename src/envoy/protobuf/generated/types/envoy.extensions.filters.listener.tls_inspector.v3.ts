// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface TlsInspector {
  readonly enable_ja3_fingerprinting?: boolean
  readonly enable_ja4_fingerprinting?: boolean
  readonly initial_read_buffer_size?: number
  readonly close_connection_on_client_hello_parsing_errors?: boolean
  readonly max_client_hello_size?: number
}
