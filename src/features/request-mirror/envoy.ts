import type { EnvoyFilter } from '#envoy'
import type { RequestMirrorNode } from './ir.ts'

const million = 1_000_000

export const requestMirror: EnvoyFilter<RequestMirrorNode> = {
  build({ backend, share }, { cluster }) {
    const { numerator, denominator } = share
    if (backend === undefined || numerator === 0) return {}
    // Envoy knows hundredths, ten thousandths and millionths.
    const fraction = { numerator: Math.round((numerator / denominator) * million), denominator: 'MILLION' }
    return {
      action: {
        request_mirror_policies: [
          {
            cluster: cluster(backend),
            ...(numerator < denominator && { runtime_fraction: { default_value: fraction } }),
            // Gateway API asks for the request as it is.
            disable_shadow_host_suffix_append: true,
          },
        ],
      },
    }
  },
}
