import { test } from 'node:test'
import { staysInItsZone } from './zone.ts'

test('requests stay in the zone of the gateway, and leave it when nobody is there', (t) =>
  staysInItsZone(t, 'trafficDistribution', []))
test('the same where a policy asks for it', (t) => staysInItsZone(t, 'preferLocal', ['--workers', '2']))
