import type { AddressSource, Cidr, ClientHeaders } from '#ir'
import { type Message, typed } from '../message.ts'
import { buildMutations } from './client-headers.ts'

/**
 * Whose connections meet a connection manager. Where proxies are known by their networks there are two: Envoy would find the client by the
 * networks, but believe the X-Forwarded-Proto of everybody.
 */
export type ClientSources = 'all' | 'trusted' | 'others'

/** How the client behind a connection is found. */
export interface AddressView {
  readonly trustedHops: number
  readonly addressFrom: AddressSource | undefined
  /** The peer is not added to X-Forwarded-For. */
  readonly keepsForwardedFor: boolean
  readonly sources: ClientSources
}

const append = (key: string, value: string, append_action: string) => ({
  append: { header: { key, value }, append_action },
})

const peer = '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'

/** X-Forwarded-*: what an untrusted client sent of them is replaced. */
export function buildClientAddress(view: AddressView, { early, requestId }: ClientHeaders): Message {
  const untrusted = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'forwarded']
  // Clients would steer retries and timeouts of Envoy's by them.
  const steering = { remove_on_match: { key_matcher: { prefix: 'x-envoy-' } } }
  const byNetworks = view.sources === 'trusted' && view.addressFrom?.kind === 'cidrs'
  const believed = view.trustedHops > 0 || byNetworks
  const mutations = believed
    ? [steering, append('x-forwarded-host', '%REQ(:AUTHORITY)%', 'ADD_IF_ABSENT')]
    : [
        steering,
        ...untrusted.map((remove) => ({ remove })),
        append('x-forwarded-host', '%REQ(:AUTHORITY)%', 'OVERWRITE_IF_EXISTS_OR_ADD'),
      ]
  // Where there is no such field yet Envoy would not begin one. The peer is one of the networks, so that it does not stand in the way.
  if (byNetworks && !view.keepsForwardedFor) mutations.push(append('x-forwarded-for', peer, 'APPEND_IF_EXISTS_OR_ADD'))
  return {
    ...buildDetection(view),
    ...(view.keepsForwardedFor && { skip_xff_append: true }),
    ...(view.trustedHops > 0 && { xff_num_trusted_hops: view.trustedHops }),
    // Nobody is "internal": such a client could steer Envoy by x-envoy-* fields.
    internal_address_config: {},
    early_header_mutation_extensions: [
      {
        name: 'envoy.http.early_header_mutation.header_mutation',
        typed_config: typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
          mutations: [
            ...(early ? buildMutations(early) : []),
            ...(requestId === 'remove' || requestId === 'make' ? [{ remove: 'x-request-id' }] : []),
            ...mutations,
          ],
        }),
      },
    ],
  }
}

function buildDetection({ addressFrom, sources }: AddressView): Message {
  if (addressFrom?.kind === 'field') return detectBy(buildField(addressFrom))
  if (addressFrom?.kind === 'cidrs' && sources === 'trusted') return detectBy(buildNetworks(addressFrom.cidrs))
  return { use_remote_address: true }
}

function detectBy(extension: Message): Message {
  return { use_remote_address: false, skip_xff_append: true, original_ip_detection_extensions: [extension] }
}

/** The client's address stands in a field of its own. */
function buildField({ name, orRefuse }: AddressSource & { readonly kind: 'field' }): Message {
  return {
    name: 'envoy.http.original_ip_detection.custom_header',
    typed_config: typed('envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig', {
      header_name: name,
      ...(orRefuse && { reject_with_status: { code: 'Forbidden' } }),
    }),
  }
}

/** The last entry of X-Forwarded-For that is none of the networks. */
function buildNetworks(cidrs: readonly Cidr[]): Message {
  return {
    name: 'envoy.http.original_ip_detection.xff',
    typed_config: typed('envoy.extensions.http.original_ip_detection.xff.v3.XffConfig', {
      xff_trusted_cidrs: {
        cidrs: cidrs.map(({ address, length }) => ({ address_prefix: address, prefix_len: length })),
      },
      skip_xff_append: true,
    }),
  }
}

/** Envoy writes X-Forwarded-For only where it believes nobody else about the client. */
export function buildForwardedFor({ addressFrom, keepsForwardedFor }: AddressView): Message[] {
  if (addressFrom?.kind !== 'field' || keepsForwardedFor) return []
  return [
    {
      name: 'headgate.clientAddress',
      typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
        mutations: { request_mutations: [append('x-forwarded-for', peer, 'OVERWRITE_IF_EXISTS_OR_ADD')] },
      }),
    },
  ]
}
