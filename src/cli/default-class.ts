import type { KubeObject } from '#api'

/** Marks objects that no file has. */
export const builtInAnnotation = 'headgate.dev/built-in'

/**
 * The GatewayClass `headgate`, for those who have none: it stands as long as no file has a GatewayClass of that name, so the
 * smallest folder is a Gateway and a route.
 */
export function defaultGatewayClass(controllerName: string): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'headgate', annotations: { [builtInAnnotation]: 'true' } },
    spec: { controllerName },
  }
}

export function isBuiltIn(object: KubeObject): boolean {
  return object.metadata.annotations?.[builtInAnnotation] === 'true'
}
