import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grpcStatusOf, isGrpc } from './grpc.ts'

test('calls of gRPC are known by their content type', () => {
  const yes = ['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8', 'Application/GRPC ; a=b']
  for (const type of yes) assert.ok(isGrpc(type), type)
  const no = [
    undefined,
    '',
    'application/json',
    'application/grpc-web',
    'application/grpc-web+proto',
    'x-application/grpc',
  ]
  for (const type of no) assert.ok(!isGrpc(type), String(type))
})

test('each HTTP status of the gateway has its gRPC status', () => {
  const names = [400, 401, 403, 404, 429, 500, 502, 503, 504, 421].map((status) => grpcStatusOf(status).name)
  assert.deepEqual(names, [
    'INTERNAL',
    'UNAUTHENTICATED',
    'PERMISSION_DENIED',
    'UNIMPLEMENTED',
    'UNAVAILABLE',
    'UNAVAILABLE',
    'UNAVAILABLE',
    'UNAVAILABLE',
    'DEADLINE_EXCEEDED',
    'UNKNOWN',
  ])
})
