import { listener, playPlane, route, snapshotOf } from '../../src/proxy/plane.fixture.ts'
import { type Gateway, startMinimalGateway } from './minimal-gateway.ts'

/** What the suites are played on: both codecs with nothing between them, and the whole embedded plane. */
export const gateways: Record<string, (backendPort: number) => Promise<Gateway>> = {
  'the codecs alone': (backendPort) => startMinimalGateway(backendPort),
  'the embedded plane': async (backendPort) => {
    const { plane, port } = await playPlane(snapshotOf([listener(80)], [route('all')], { a: [backendPort] }))
    return { port: port(80), close: async () => plane.close() }
  },
}
