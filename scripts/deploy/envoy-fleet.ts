import { stringify } from 'yaml'
import { buildInfrastructure } from '#kube'
import { planPodInfrastructure } from '../../src/apps/gateway-infrastructure.ts'

/** What a controller makes for one Gateway on plane envoy: to be read, and to be judged before anything is installed. */
export const envoyFleetFile = 'deploy/envoy-fleet.yaml'

const head = `# Written by \`npm run generate:deploy\` with the code of the controller. Do not edit, and do not apply: \`headgate controller\` makes it, for each Gateway.
# Here for Gateway shop/web of class headgate, with \`plane: envoy\` and an autoscaler in its GatewayParameters.
`

export function renderEnvoyFleet(): string {
  const plan = planPodInfrastructure(
    'shop/web',
    {
      uid: '00000000-0000-0000-0000-000000000000',
      className: 'headgate',
      labels: {},
      annotations: {},
      addresses: [],
      ports: [
        { port: 80, transport: 'tcp' },
        { port: 443, transport: 'tcp' },
      ],
      parameters: { plane: 'envoy', autoscaling: { maxReplicas: 10 } },
      isRefused: false,
    },
    [],
    {
      controller: 'headgate.dev-gateway-controller',
      image: 'headgate:0.1.0',
      feed: 'headgate.headgate-system.svc:9443',
      trust: '(the certificates of the controller)\n',
    },
  )
  const objects = plan ? buildInfrastructure(plan) : []
  return (
    head + objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('')
  )
}
