import type { OptionSpec } from './command.ts'

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
