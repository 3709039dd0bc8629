/** `node xds-clients.ts ADDRESS COUNT NODE`: fake Envoys that connect all at once; one line of JSON per second tells what they hold. */
import { FakeEnvoy } from '../../src/envoy/server/fake-envoy.fixture.ts'

const [address = '', count = '0', node = ''] = process.argv.slice(2)
const clients = Array.from({ length: Number(count) }, () => new FakeEnvoy({ address, node, virtualHosts: true }))
process.on('message', () => {
  const bytes = clients.reduce((sum, client) => sum + client.bytes, 0)
  const failed = clients.filter(({ error }) => error).length
  process.send?.({ bytes, failed })
})
process.on('disconnect', () => process.exit())
