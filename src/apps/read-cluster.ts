import { type ClusterChoice, type ClusterReading, InputError } from '#cli'
import { type Forbidden, KubeClient, KubeError, listCluster } from '#kube'
import { type FoundCluster, findCluster } from './find-cluster.ts'

/** Reads the objects of a cluster once. Throws an InputError for people when that can't be done. */
export async function readCluster(choice: ClusterChoice): Promise<ClusterReading> {
  const access = findCluster(choice, process.env)
  const client = new KubeClient(access)
  try {
    const { namespace, referrers } = choice
    const { objects, crdVersions, forbidden } = await listCluster(client, { namespace, referrers })
    const everything = forbidden.find(({ resource }) => resource.startsWith('gateways.'))
    if (everything) throw new InputError(`${nameForbidden(everything)}\n${adviseForbidden(everything)}`)
    if (![...objects.values()].some(isGatewayApi) && crdVersions?.length === 0)
      throw new InputError(`${access.server.origin} has no Gateway API: its CRDs are not installed (${access.foundIn})`)
    return { objects, ...(crdVersions && { crdVersions }), warnings: forbidden.map(nameForbidden) }
  } catch (error) {
    throw error instanceof KubeError ? new InputError(describe(error, access)) : error
  } finally {
    client.close()
  }
}

function isGatewayApi({ apiVersion }: { readonly apiVersion: string }): boolean {
  return apiVersion.startsWith('gateway.networking.')
}

function describe({ status, reason, message }: KubeError, { server, foundIn }: FoundCluster): string {
  const place = `${server.origin} (${foundIn})`
  if (reason === 'NoCredentials') return message
  if (status === 0) return `can't reach the cluster at ${place}: ${message}`
  if (status === 401) return `the cluster at ${place} does not know us: ${message} (401); is the login still valid?`
  return `the cluster at ${place} answered ${status}: ${message}`
}

function nameForbidden({ verb, resource, namespace, message }: Forbidden): string {
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`
  const who = /User "([^"]+)"/.exec(message)?.[1]
  return `no right to ${verb} ${resource} ${where}${who === undefined ? '' : ` as ${who}`}`
}

function adviseForbidden({ verb, resource, namespace }: Forbidden): string {
  const [plural, ...group] = resource.split('.')
  const role = `apiGroups: [${group.join('.')}], resources: [${plural}], verbs: [${verb}]`
  return namespace === undefined
    ? `  with rights in one namespace only, name it with -n; else a ClusterRole needs ${role}`
    : `  a Role needs ${role}`
}
