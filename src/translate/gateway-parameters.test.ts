import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateway, gatewayClass, gatewayOf, listener, object, put, translate, translator } from './objects.fixture.ts'

const group = 'gateway.headgate.dev'
const kind = 'GatewayParameters'

function parameters(name: string, spec: object) {
  return object(`${group}/v1alpha1`, kind, name, { spec })
}

function gatewayWith(name: string) {
  return gateway('gw', [listener()], { infrastructure: { parametersRef: { group, kind, name } } })
}

function acceptedClass(status: unknown): string {
  const { conditions } = status as { readonly conditions: readonly { readonly status: string; reason: string }[] }
  return `${conditions[0]?.status} ${conditions[0]?.reason}`
}

test('fields of the Gateway count before those of its class; a number before autoscaling', () => {
  const shared = {
    autoscaling: { maxReplicas: 9 },
    workers: 3,
    pod: { image: 'class', priorityClassName: 'high' },
    service: { annotations: { a: 'class' } },
  }
  const own = { replicas: 1, pod: { image: 'own' }, service: { annotations: { b: 'own' } } }
  const { gateways } = translator().apply(
    put(
      gatewayClass({ parametersRef: { group, kind, name: 'shared', namespace: 'infra' } }),
      parameters('infra/shared', shared),
      parameters('own', own),
      gatewayWith('own'),
    ),
  )
  assert.deepEqual(gateways.get('default/gw')?.parameters, {
    replicas: 1,
    workers: 3,
    pod: { image: 'own', priorityClassName: 'high' },
    service: { annotations: { b: 'own' } },
  })
})

test('parameters that are missing are waited for, and followed when they come, change and go', () => {
  const plane = translator()
  const accepted = () => gatewayOf(plane.apply([]), 'default/gw')!.conditions.Accepted
  plane.apply(put(gatewayClass(), gatewayWith('own')))
  assert.equal(accepted(), 'False InvalidParameters')
  const { snapshot } = plane.apply(put(parameters('own', { replicas: 2 })))
  assert.equal(accepted(), 'True Accepted')
  assert.equal(snapshot.listeners.length, 1)
  const { gateways } = plane.apply(put(parameters('own', { replicas: 3 })))
  assert.equal(gateways.get('default/gw')?.parameters?.replicas, 3)
  plane.apply([{ kind: 'delete', key: `${kind}/default/own` }])
  assert.equal(accepted(), 'False InvalidParameters')
})

test('a class whose parameters are missing is refused, and with it its Gateways, until they come', () => {
  const plane = translator()
  const parametersRef = { group, kind, name: 'shared', namespace: 'infra' }
  const first = plane.apply(put(gatewayClass({ parametersRef }), gateway('gw', [listener()])))
  assert.equal(acceptedClass(first.statuses.get('GatewayClass//headgate')), 'False InvalidParameters')
  assert.equal(gatewayOf(first, 'default/gw')!.conditions.Accepted, 'False InvalidParameters')
  const second = plane.apply(put(parameters('infra/shared', {})))
  assert.equal(acceptedClass(second.statuses.get('GatewayClass//headgate')), 'True Accepted')
  assert.equal(gatewayOf(second, 'default/gw')!.conditions.Accepted, 'True Accepted')
})

test('a class has to say in which namespace its parameters are', () => {
  const parametersRef = { group, kind, name: 'shared' }
  const { statuses } = translator().apply(put(gatewayClass({ parametersRef }), parameters('shared', {})))
  assert.equal(acceptedClass(statuses.get('GatewayClass//headgate')), 'False InvalidParameters')
})

test('what is right by itself can be wrong together', () => {
  const plane = translator()
  const parametersRef = { group, kind, name: 'shared', namespace: 'infra' }
  const translation = plane.apply(
    put(
      gatewayClass({ parametersRef }),
      parameters('infra/shared', { service: { loadBalancerClass: 'example.com/lb' } }),
      parameters('own', { service: { type: 'NodePort' } }),
      gatewayWith('own'),
    ),
  )
  assert.equal(gatewayOf(translation, 'default/gw')!.conditions.Accepted, 'False InvalidParameters')
})

test('what only one plane has is no word for the other', () => {
  const accepted = (spec: object) => {
    const plane = translator()
    const translation = plane.apply(put(gatewayClass({}), parameters('own', spec), gatewayWith('own')))
    return gatewayOf(translation, 'default/gw')!.conditions.Accepted
  }
  assert.equal(accepted({ plane: 'envoy', envoy: { image: 'e' }, accessLog: { format: 'off' } }), 'True Accepted')
  assert.equal(accepted({ plane: 'envoy', accessLog: { format: 'json' } }), 'True Accepted')
  assert.equal(accepted({ plane: 'envoy', accessLog: { format: 'text' } }), 'False InvalidParameters')
  assert.equal(accepted({ plane: 'embedded', envoy: { image: 'e' } }), 'False InvalidParameters')
})

test('the plan names every port once for each listener, those that cannot be served included', () => {
  const { gateways } = translate([
    gateway('gw', [
      listener(),
      listener({ name: 'dns', protocol: 'UDP', port: 53 }),
      listener({ name: 'broken', protocol: 'HTTPS', port: 443, tls: { mode: 'Terminate', certificateRefs: [] } }),
      listener({ name: 'odd', protocol: 'example.com/own', port: 99 }),
    ]),
  ])
  assert.deepEqual(gateways.get('default/gw')?.ports, [
    { port: 80, transport: 'tcp' },
    { port: 53, transport: 'udp' },
    { port: 443, transport: 'tcp' },
  ])
})
