/** Whether a request is a call of gRPC, by its content type. gRPC-Web (`application/grpc-web`) is another protocol. */
export function isGrpc(contentType: string | undefined): boolean {
  // Most requests are something else, and have no content type at all.
  return contentType !== undefined && grpcType.test(contentType)
}

const grpcType = /^application\/grpc(?:[+;\s]|$)/i

/**
 * The status of gRPC that says what an HTTP status of the gateway says. In the words of gRPC's mapping for HTTP proxies, with two
 * differences that Gateway API and its users need: a rule whose backends are invalid (500) is UNAVAILABLE (GRPCRouteRule.backendRefs),
 * and a backend that took too long is a deadline exceeded.
 */
export function grpcStatusOf(httpStatus: number): GrpcStatus {
  return statuses[httpStatus] ?? unknown
}

export interface GrpcStatus {
  readonly code: number
  readonly name: string
}

const unknown: GrpcStatus = { code: 2, name: 'UNKNOWN' }
const internal: GrpcStatus = { code: 13, name: 'INTERNAL' }
const unavailable: GrpcStatus = { code: 14, name: 'UNAVAILABLE' }

const statuses: Readonly<Record<number, GrpcStatus>> = {
  400: internal,
  401: { code: 16, name: 'UNAUTHENTICATED' },
  403: { code: 7, name: 'PERMISSION_DENIED' },
  404: { code: 12, name: 'UNIMPLEMENTED' },
  429: unavailable,
  431: internal,
  500: unavailable,
  502: unavailable,
  503: unavailable,
  504: { code: 4, name: 'DEADLINE_EXCEEDED' },
}
