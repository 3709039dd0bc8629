/** What Gateway API has no feature name for, with where it is told and tried. */
export const otherParts: readonly { readonly name: string; readonly page: string; readonly scenario: string }[] = [
  { name: 'Gateway.defaultScope, useDefaultGateways', page: 'gateways.md', scenario: 'default-gateways' },
  { name: 'ServiceImport', page: 'backends.md', scenario: 'backend-service-import' },
  { name: 'XBackend', page: 'backends.md', scenario: 'backend-x-backend' },
  {
    name: 'XBackendTrafficPolicy.retryConstraint',
    page: 'backends.md',
    scenario: 'backend-traffic-policy-retry-budget',
  },
  { name: 'XBackendTrafficPolicy.sessionPersistence', page: 'backends.md', scenario: 'row-48-session-of-a-policy' },
]
