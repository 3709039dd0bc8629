import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { installPlain, system } from './install.ts'
import { apply, askCluster, kubectl } from './kubectl.ts'

const controller = `system:serviceaccount:${system}:headgate`

before(async () => {
  await installPlain()
  await apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: rights }\n')
})

/** `verb resource:subresource namespace`; no namespace means all of them, or that the kind has none. */
async function may(question: string): Promise<boolean> {
  const [verb = '', what = '', namespace] = question.split(' ')
  const [resource = '', subresource = ''] = what.split(':')
  const where = namespace === undefined ? ['--all-namespaces'] : ['-n', namespace]
  const { out } = await askCluster([
    ...['kubectl', 'auth', 'can-i', verb, resource, `--subresource=${subresource}`, ...where],
    ...['--as', controller],
  ])
  return out.trim() === 'yes'
}

const allowed = [
  'list secrets',
  'watch httproutes.gateway.networking.k8s.io',
  'list customresourcedefinitions.apiextensions.k8s.io',
  'patch gateways.gateway.networking.k8s.io:status',
  'patch gatewayclasses.gateway.networking.k8s.io:status',
  'create deployments.apps',
  'patch services rights',
  'create tokenreviews.authentication.k8s.io',
  `create leases.coordination.k8s.io ${system}`,
  `update leases.coordination.k8s.io/headgate.dev-gateway-controller ${system}`,
  `update secrets/headgate-ca ${system}`,
]

const refused = [
  'create secrets',
  'patch secrets rights',
  'delete secrets rights',
  `patch secrets/another ${system}`,
  `delete secrets/headgate-ca ${system}`,
  'patch gateways.gateway.networking.k8s.io',
  'update gateways.gateway.networking.k8s.io:status',
  'delete httproutes.gateway.networking.k8s.io',
  'patch services:status rights',
  'create pods rights',
  'create pods:exec rights',
  'list pods',
  'get pods:log rights',
  'list nodes',
  'list ingresses.networking.k8s.io',
  'list statefulsets.apps',
  'create daemonsets.apps rights',
  'create leases.coordination.k8s.io rights',
  `update leases.coordination.k8s.io/another ${system}`,
  'create serviceaccounts:token rights',
  'create clusterroles.rbac.authorization.k8s.io',
  'create rolebindings.rbac.authorization.k8s.io rights',
  'patch customresourcedefinitions.apiextensions.k8s.io',
  'create subjectaccessreviews.authorization.k8s.io',
  'impersonate users',
  'patch namespaces',
]

test('the controller may do what it needs', async () => {
  const answers = await Promise.all(allowed.map(may))
  assert.deepEqual(
    allowed.filter((_, index) => !answers[index]),
    [],
  )
})

test('and nothing else', async () => {
  const answers = await Promise.all(refused.map(may))
  assert.deepEqual(
    refused.filter((_, index) => answers[index]),
    [],
  )
})

const labels = '{ gateway.networking.k8s.io/gateway-name: x }'
const owners =
  '[{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, name: x, uid: 0a000000-0000-0000-0000-000000000000 }]'

function asController(yaml: string) {
  return askCluster(['kubectl', 'apply', '--server-side', '--force-conflicts', '--as', controller, '-f', '-'], yaml)
}

function deployment(metadata: string, pod: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: planted, namespace: rights${metadata} }
spec:
  replicas: 0
  selector: { matchLabels: { app: planted } }
  template:
    metadata: { labels: { app: planted } }
    spec: ${pod}
`
}

test('what no Gateway owns is not written, whatever RBAC allows', async () => {
  const owned = `, labels: ${labels}, ownerReferences: ${owners}`
  const cases: readonly [string, string, RegExp][] = [
    ['no owner', deployment(`, labels: ${labels}`, '{ containers: [{ name: a, image: b }] }'), /what a Gateway owns/],
    [
      'no label',
      deployment(`, ownerReferences: ${owners}`, '{ containers: [{ name: a, image: b }] }'),
      /label of a Gateway/,
    ],
    [
      'a Secret as a volume',
      deployment(owned, '{ containers: [{ name: a, image: b }], volumes: [{ name: s, secret: { secretName: x } }] }'),
      /mounts no Secret/,
    ],
    [
      'a folder of the node',
      deployment(owned, '{ containers: [{ name: a, image: b }], volumes: [{ name: s, hostPath: { path: / } }] }'),
      /mounts no Secret/,
    ],
    [
      'privileged',
      deployment(owned, '{ containers: [{ name: a, image: b, securityContext: { privileged: true } }] }'),
      /not privileged/,
    ],
  ]
  for (const [name, yaml, why] of cases) {
    const { code, err } = await asController(yaml)
    assert.notEqual(code, 0, name)
    assert.match(err, why, name)
  }
  const fine = await asController(deployment(owned, '{ containers: [{ name: a, image: b }] }'))
  assert.equal(fine.code, 0, fine.err)
})

test('what others made is neither taken over nor deleted', async () => {
  const config = (more: string, text: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: theirs, namespace: rights${more} }\ndata: { a: ${text} }\n`
  await apply(config('', 'theirs'))
  const { code, err } = await asController(config(`, labels: ${labels}, ownerReferences: ${owners}`, 'ours'))
  assert.notEqual(code, 0)
  assert.match(err, /what a Gateway owns/)
  const deletion = await askCluster(['kubectl', 'delete', 'configmap/theirs', '-n', 'rights', '--as', controller])
  assert.notEqual(deletion.code, 0)
  assert.match(await kubectl(['get', 'configmap/theirs', '-n', 'rights', '-o', 'jsonpath={.data.a}']), /^theirs$/)
})
