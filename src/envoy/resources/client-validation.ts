import type { ClientName, ClientValidation } from '#ir'
import type { Message } from '../message.ts'

/** Which certificates of clients are good. */
export function buildClientValidation(validation: ClientValidation): Message {
  const { trust, mode, pins, names, revocations, allowExpired } = validation
  return {
    // Envoy asks for certificates only where there is something to compare them with; what does not fit is accepted below.
    ...(trust === '' ? { verify_certificate_hash: [nobodys] } : { trusted_ca: { inline_string: trust } }),
    ...((mode === 'insecure' || mode === 'any') && { trust_chain_verification: 'ACCEPT_UNTRUSTED' }),
    ...(pins?.keys.length && { verify_certificate_spki: pins.keys }),
    ...(pins?.certificates.length && { verify_certificate_hash: pins.certificates }),
    ...(names && { match_typed_subject_alt_names: names.map(buildName) }),
    ...(revocations && {
      crl: { inline_string: revocations.lists },
      ...(revocations.of === 'leaf' && { only_verify_leaf_cert_crl: true }),
    }),
    ...(allowExpired && { allow_expired_certificate: true }),
  }
}

const nobodys = '0'.repeat(64)

const types = { dns: 'DNS', uri: 'URI', email: 'EMAIL', ip: 'IP_ADDRESS' } as const

function buildName({ kind, match }: ClientName): Message {
  return {
    san_type: types[kind],
    matcher: match.kind === 'regex' ? { safe_regex: { regex: match.value } } : { [match.kind]: match.value },
  }
}
