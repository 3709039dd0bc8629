// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.

/** GatewayClass.status.supportedFeatures: sorted, as Gateway API wants it. */
export const supportedFeatures: readonly string[] = [
  'BackendTLSPolicy', // trunk
  'BackendTLSPolicySANValidation', // trunk
  'GRPCRoute', // trunk
  'GRPCRouteNamedRouteRule', // trunk
  'Gateway', // trunk
  'GatewayAddressEmpty', // trunk
  'GatewayBackendClientCertificate', // trunk
  'GatewayFrontendClientCertificateValidation', // trunk
  'GatewayFrontendClientCertificateValidationInsecureFallback', // trunk
  'GatewayHTTPListenerIsolation', // trunk
  'GatewayHTTPSListenerDetectMisdirectedRequests', // trunk
  'GatewayPort8080', // trunk
  'GatewayStaticAddresses', // trunk
  'HTTPRoute', // trunk
  'HTTPRoute303RedirectStatusCode', // request-redirect
  'HTTPRoute307RedirectStatusCode', // request-redirect
  'HTTPRoute308RedirectStatusCode', // request-redirect
  'HTTPRouteBackendProtocolH2C', // trunk
  'HTTPRouteBackendProtocolWebSocket', // trunk
  'HTTPRouteBackendRequestHeaderModification', // request-header-modifier
  'HTTPRouteBackendTimeout', // timeouts
  'HTTPRouteCORS', // cors
  'HTTPRouteDestinationPortMatching', // trunk
  'HTTPRouteHostRewrite', // url-rewrite
  'HTTPRouteMethodMatching', // trunk
  'HTTPRouteNamedRouteRule', // trunk
  'HTTPRouteParentRefPort', // trunk
  'HTTPRoutePathRedirect', // request-redirect
  'HTTPRoutePathRewrite', // url-rewrite
  'HTTPRoutePortRedirect', // request-redirect
  'HTTPRouteQueryParamMatching', // trunk
  'HTTPRouteRequestMirror', // request-mirror
  'HTTPRouteRequestMultipleMirrors', // request-mirror
  'HTTPRouteRequestPercentageMirror', // request-mirror
  'HTTPRouteRequestTimeout', // timeouts
  'HTTPRouteResponseHeaderModification', // response-header-modifier
  'HTTPRouteRetry', // retry
  'HTTPRouteRetryBackendTimeout', // retry
  'HTTPRouteRetryConnectionError', // retry
  'HTTPRouteSchemeRedirect', // request-redirect
  'ListenerSet', // trunk
  'ReferenceGrant', // trunk
  'TCPRoute', // trunk
  'TLSRoute', // trunk
  'TLSRouteModeMixed', // trunk
  'TLSRouteModeTerminate', // trunk
  'UDPRoute', // trunk
]
