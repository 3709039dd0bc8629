import { existsSync } from 'node:fs'
import path from 'node:path'
import { InputError } from '#cli'
import { accessFromPod, type ClusterAccess, KubeconfigError, readKubeconfig } from '#kube'

/** Which cluster somebody named, if any. */
export interface ClusterChoice {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}

/** A cluster, and how we came to it. */
export interface FoundCluster extends ClusterAccess {
  /** `kubeconfig ~/.kube/config`. */
  readonly foundIn: string
}

/** As kubectl finds it: what we were told, the environment, the Pod we are in, the home folder. */
export function findCluster(
  { kubeconfig, context }: ClusterChoice,
  environment: Readonly<Record<string, string | undefined>>,
): FoundCluster {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, HOME } = environment
  const read = (files: string | readonly string[]) => ({
    ...readOrExplain(files, context),
    foundIn: `kubeconfig ${[files].flat().join(path.delimiter)}`,
  })
  if (kubeconfig) return read(kubeconfig)
  const listed = (KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '')
  if (listed.length > 0) return read(listed)
  if (KUBERNETES_SERVICE_HOST) {
    const access = accessFromPod(KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT ?? '443')
    return { ...access, foundIn: 'the ServiceAccount of this Pod' }
  }
  const usual = path.join(HOME ?? '', '.kube', 'config')
  if (existsSync(usual)) return read(usual)
  throw new InputError(
    `no cluster is known: $KUBECONFIG is not set, and there is no ${usual}; name a kubeconfig with --kubeconfig, or files with -f`,
  )
}

function readOrExplain(files: string | readonly string[], context: string | undefined): ClusterAccess {
  try {
    return readKubeconfig(files, context)
  } catch (error) {
    if (error instanceof KubeconfigError) throw new InputError(error.message)
    throw error
  }
}
