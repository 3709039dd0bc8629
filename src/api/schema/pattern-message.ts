/** What the patterns of Gateway API mean, for people who don't read regular expressions at night. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    'a lower-case host name, such as shop.example.com or *.example.com',
  ],
  [
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    'lower-case letters, digits, dashes and dots, such as shop.example.com or my-name',
  ],
  [
    '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    "an API group without a version, such as gateway.networking.k8s.io, or '' for the core group",
  ],
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'lower-case letters, digits and dashes, such as my-name'],
  ['^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', 'a kind, such as Service'],
  ["^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", 'a header name (letters, digits and dashes), such as X-Request-Id'],
  ['^[!-~]+([\\t ]?[!-~]+)*$', 'visible ASCII characters with single spaces between, and none at the ends'],
  ['^([0-9]{1,5}(h|m|s|ms)){1,4}$', 'a duration, such as 500ms, 10s or 1h30m'],
  [
    "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
    'a domain and a path, such as example.com/gateway-controller',
  ],
  [
    '(^\\*$)|(^(http(s)?):\\/\\/(((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:([0-9]{1,5}))?)$)',
    'an origin without a path, such as https://example.com or https://*.example.com:8443, or *',
  ],
  [
    '^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$',
    "'System', or a name with a domain, such as example.com/my-certificates",
  ],
  [
    '^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\\?([^#]*))?(#(.*))?',
    'an absolute URI, such as spiffe://example.com/my-service',
  ],
  [
    "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$",
    'a URL path (other characters percent-encoded), such as /a%20b',
  ],
])

/** What would be right for a value that missed its pattern. */
export function patternMessage(pattern: string): string {
  const meaning = MEANINGS.get(pattern)
  return meaning === undefined ? `must match ${pattern}` : `must be ${meaning}`
}
