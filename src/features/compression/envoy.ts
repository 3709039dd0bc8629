import { type EnvoyFilter, typed } from '#envoy'
import type { CompressionNode } from './ir.ts'

const libraries = {
  gzip: ['gzip', 'Gzip'],
  br: ['brotli', 'Brotli'],
  zstd: ['zstd', 'Zstd'],
} as const

/** A filter for each coding; between them they find out which one the client likes best. */
export const compression: EnvoyFilter<CompressionNode> = {
  own: true,
  build: ({ codings }) => ({
    own: codings.map(({ coding, minBytes }, i) => {
      const [folder, message] = libraries[coding]
      return typed('envoy.extensions.filters.http.compressor.v3.Compressor', {
        compressor_library: {
          name: folder,
          typed_config: typed(`envoy.extensions.compression.${folder}.compressor.v3.${message}`),
        },
        response_direction_config: {
          common_config: { min_content_length: minBytes },
          weaken_etag_on_compress: true,
          // The last of them: whoever comes later would see no wish.
          remove_accept_encoding_header: i === codings.length - 1,
          uncompressible_response_codes: [206],
        },
        choose_first: i === 0,
      })
    }),
  }),
}
