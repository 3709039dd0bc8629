import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStatuses } from './format-statuses.ts'
import { backendRef, gateway, httpRoute, listener, rule, translate } from './objects.fixture.ts'

test('a line per object, listener and parent: what is fine by name, the rest with reason and message', () => {
  const { statuses } = translate([
    gateway('gw', [listener(), listener({ name: 'odd', protocol: 'example.com/odd' })]),
    httpRoute('r', ['gw', { name: 'gw', sectionName: 'nope' }], [rule({ backendRefs: [backendRef('gone')] })]),
  ])
  const missing =
    'ResolvedRefs=False BackendNotFound: spec.rules[0].backendRefs[0]: Service default/gone does not exist'
  const pending = 'Programmed=Unknown Pending: the data plane has not confirmed this generation yet'
  const protocol = 'protocol example.com/odd is not served here; supported: HTTP, HTTPS, TLS, TCP, UDP'
  assert.deepEqual(formatStatuses(statuses).split('\n'), [
    `Gateway default/gw: ResolvedRefs Accepted=True ListenersNotValid: not valid: odd; accepted: http ${pending}`,
    `Gateway default/gw listener http: 1 route of HTTPRoute, GRPCRoute; Accepted ResolvedRefs ${pending}`,
    `Gateway default/gw listener odd: 0 routes of no kind; ResolvedRefs Accepted=False UnsupportedProtocol: ${protocol} Programmed=False Invalid: ${protocol}`,
    'GatewayClass headgate: Accepted',
    `HTTPRoute default/r parent gw: Accepted ${missing}`,
    `HTTPRoute default/r parent gw section nope: Accepted=False NoMatchingParent: Gateway default/gw has no listener named nope ${missing}`,
    '',
  ])
})
