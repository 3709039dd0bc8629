/** What carries resources to Envoy, and Envoy's process: a door of its own, because gRPC takes its time to load. */
export { AdminClient } from './process/admin-client.ts'
export { type BootstrapOptions, buildBootstrap } from './process/build-bootstrap.ts'
export { EnvoyProcess, type EnvoyProcessOptions } from './process/envoy-process.ts'
export { type FoundEnvoy, findEnvoy } from './process/find-envoy.ts'
export { type PackedResource, packResource } from './protobuf/pack-resource.ts'
export type { Refusal } from './server/node-state.ts'
export { type NodeReport, type XdsPeer, XdsServer, type XdsServerOptions } from './server/xds-server.ts'
