export * from './envoy-resources.ts'
export { type EnvoyResources, resourceKinds } from './envoy-resources.ts'
export * from './filter.ts'
export * from './message.ts'
export { buildBootstrap } from './process/build-bootstrap.ts'
export { envoyArguments } from './process/envoy-arguments.ts'
export { envoySockets } from './process/envoy-sockets.ts'
export { type EnvoyAccessLog, envoyLogFields } from './resources/access-log.ts'
export {
  type BuiltResources,
  buildResources,
  ResourceBuilder,
  type UnsupportedRule,
} from './resources/build-resources.ts'
export { literal } from './resources/header-edits.ts'
export * from './resources/names.ts'
export { type ResourceOptions, usualSystemTrust } from './resources/options.ts'
export { replacePathByRegex } from './resources/path-rewrite.ts'
export { rateLimitCluster, rateLimitClusterName, usualRateLimits } from './resources/rate-limit-cluster.ts'
export { locateRefusals, type RefusedResource } from './resources/refusal-owner.ts'
export { quoteRegex } from './resources/route-match.ts'
export { applySteps, type FormattedField, type ResponseStep } from './response-steps.ts'
