import type { KubeObject, ObjectKey } from '#api'

/** What a cluster would hold once manifests were applied: what they do not name stays. */
export function applyManifests(
  cluster: ReadonlyMap<ObjectKey, KubeObject>,
  manifests: ReadonlyMap<ObjectKey, KubeObject>,
): ReadonlyMap<ObjectKey, KubeObject> {
  const after = new Map(cluster)
  for (const [key, manifest] of manifests) {
    const before = cluster.get(key)
    after.set(key, before ? applyManifest(before, manifest) : manifest)
  }
  return after
}

function applyManifest(before: KubeObject, manifest: KubeObject): KubeObject {
  const labels = { ...before.metadata.labels, ...manifest.metadata.labels }
  const annotations = { ...before.metadata.annotations, ...manifest.metadata.annotations }
  const metadata = { ...before.metadata, labels, annotations }
  const { status } = before
  // The specs of our kinds have their defaults on both sides; of others the API server adds more than a manifest says.
  const merged = isCustom(before) ? manifest : (addTo(before, manifest) as KubeObject)
  return { ...merged, metadata, ...(status !== undefined && { status }) }
}

function isCustom({ apiVersion }: KubeObject): boolean {
  return /^[^/]*\.[^/]*\//.test(apiVersion) && !apiVersion.split('/')[0]!.endsWith('discovery.k8s.io')
}

/** Fields that the manifest names take its value; lists of the same length are compared item by item. */
function addTo(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.map((item, index) => addTo(before[index], item))
  if (!isMap(before) || !isMap(after)) return after
  return {
    ...before,
    ...Object.fromEntries(Object.entries(after).map(([name, value]) => [name, addTo(before[name], value)])),
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
