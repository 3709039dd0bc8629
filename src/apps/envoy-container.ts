import { buildBootstrap, envoyArguments, envoySockets } from '#envoy'
import { type EnginePlan, engineFolder, type InfrastructurePlan, sharedFolder } from '#kube'

/** Envoy's own, without a shell; it has the authorities of the system where `System` looks for them. */
const usualImage = 'docker.io/envoyproxy/envoy:distroless-v1.40.0'
const bootstrapFile = 'envoy.json'

/**
 * The Envoy beside `headgate proxy` in the pods of a Gateway: told by it over a socket that both share, as an Envoy of one
 * machine is. Nothing of it is reached from outside but its listeners.
 */
export function planEnvoy(
  gateway: string,
  { envoy, workers, accessLog }: InfrastructurePlan['parameters'],
  image: string = usualImage,
): { readonly engine: EnginePlan; readonly files: Readonly<Record<string, string>> } {
  const bootstrap = buildBootstrap({
    node: gateway,
    xds: { kind: 'unix', path: `${sharedFolder}/${envoySockets.controlPlane}` },
    admin: { kind: 'unix', path: `${sharedFolder}/${envoySockets.admin}` },
  })
  return {
    engine: {
      name: 'envoy',
      image: envoy?.image ?? image,
      args: envoyArguments(`${engineFolder}/${bootstrapFile}`, workers, (accessLog?.format ?? 'off') !== 'off'),
      files: [bootstrapFile],
    },
    files: { [bootstrapFile]: `${JSON.stringify(bootstrap, undefined, 2)}\n` },
  }
}
