/**
 * Fields of policies that are said to be obeyed, and that no scenario plays on the plane: with the reason. It must only get
 * shorter.
 */
export const untriedFields: Readonly<Record<string, string>> = {
  'BackendTrafficPolicy connection.preconnect': 'the embedded plane refuses it, and scenarios are of both',
  'BackendTrafficPolicy loadBalancer.zoneAware.preferLocal':
    'needs a plane with a zone: test/e2e/zone.test.ts and, on Envoy, zone.e2e.ts',
  'ClientTrafficPolicy tls.clientValidation.allowExpiredCertificate': 'the embedded plane refuses it',
  'ClientTrafficPolicy tls.clientValidation.crl.onlyVerifyLeafCertificate': 'the embedded plane refuses it',
  'ClientTrafficPolicy tls.session.resumption.stateful': 'the embedded plane refuses it',
}
