import type { OptionSpec, Options } from './command.ts'
import type { ClusterChoice } from './machinery.ts'

/** Which cluster, for every command that works with one. */
export const clusterOptions: readonly OptionSpec[] = [
  {
    name: 'kubeconfig',
    value: 'FILE',
    help: 'how to reach the cluster',
    fallback: '$KUBECONFIG, the Pod, ~/.kube/config',
  },
  { name: 'context', value: 'NAME', help: 'of the kubeconfig', fallback: 'its current one' },
]

export const namespaceOption: OptionSpec = {
  name: 'namespace',
  short: 'n',
  value: 'NAME',
  help: 'only what is in this namespace',
  fallback: 'all',
}

/** The cluster that a command line names. @param referrers see ClusterChoice */
export function parseCluster(options: Options, referrers: ClusterChoice['referrers'] = []): ClusterChoice {
  return {
    kubeconfig: options.one('kubeconfig'),
    context: options.one('context'),
    namespace: options.one('namespace'),
    referrers,
  }
}
