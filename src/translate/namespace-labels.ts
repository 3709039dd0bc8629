import type { Reader } from './reader.ts'

/**
 * What selectors of namespaces see. Kubernetes sets the name as a label on every namespace; without a cluster nobody has to
 * write the Namespace down for it.
 */
export function namespaceLabels(reader: Reader, namespace: string): Readonly<Record<string, string>> {
  const labels = reader.get('Namespace', '', namespace)?.metadata.labels
  return { ...labels, 'kubernetes.io/metadata.name': namespace }
}
