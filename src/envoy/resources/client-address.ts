import type { AddressSource } from '#ir'
import { type Message, typed } from '../message.ts'

/** The client's address stands in a field of its own. */
export function buildAddressField({ name, orRefuse }: AddressSource & { readonly kind: 'field' }): Message {
  return {
    use_remote_address: false,
    skip_xff_append: true,
    original_ip_detection_extensions: [
      {
        name: 'envoy.http.original_ip_detection.custom_header',
        typed_config: typed('envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig', {
          header_name: name,
          ...(orRefuse && { reject_with_status: { code: 'Forbidden' } }),
        }),
      },
    ],
  }
}

/** Envoy writes X-Forwarded-For only where it believes nobody else about the client. */
export function buildForwardedFor(addressFrom: AddressSource | undefined, keepForwardedFor: boolean): Message[] {
  if (addressFrom?.kind !== 'field' || keepForwardedFor) return []
  const header = { key: 'x-forwarded-for', value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%' }
  return [
    {
      name: 'headgate.clientAddress',
      typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
        mutations: { request_mutations: [{ append: { header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }] },
      }),
    },
  ]
}
