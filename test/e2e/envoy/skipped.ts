/**
 * What Envoy answers otherwise than our own plane, by scenario and exchange: the heading of docs/differences.md that says
 * why. Everything else must be the same.
 */
export const skippedExchanges: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/features/client-address/scenarios/trusted-hops': {
    'the proxy in front is believed': 'Clients on the same machine',
  },
  'src/features/request-redirect/scenarios/paths': {
    'GET a.test/\\evil.test': 'Backslashes in paths',
  },
  'src/features/request-redirect/scenarios/row-25-port': {
    'GET a.test:1234/scheme': 'Redirects of requests whose Host has a port',
  },
  'src/features/retry/scenarios/row-32-codes': {
    'GET a.test/retry/x?fail=2': 'Time between retries',
  },
  'test/scenarios/backend-traffic-policy-retry-budget': {
    'the first retry is allowed': 'Retry budgets',
    'beyond the budget there is a 503 at once': 'Retry budgets',
  },
}
