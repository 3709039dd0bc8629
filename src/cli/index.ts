/** The program's commands: words in, text and an exit code out. */

export type { ControllerOptions, HostPlanesChoice, PodPlanesChoice } from './controller-options.ts'
export { defaultGatewayClass, isBuiltIn } from './default-class.ts'
export type { DiffSection, DiffSectionBuilder, DiffSide, ExampleOutcome, ExampleRequest } from './diff/diff-section.ts'
export { InputError } from './errors.ts'
export { type AskedRequest, type Explanation, explainRequest } from './explain-request.ts'
export { findUnclaimed, formatUnclaimed } from './find-unclaimed.ts'
export type {
  ClusterChoice,
  ClusterReading,
  EnvoyConfig,
  FilePlace,
  Loaded,
  Machinery,
  PlacedProblem,
  Source,
} from './machinery.ts'
export { runProgram } from './program.ts'
export type { ProxyOptions } from './proxy-options.ts'
export { checkRedisUrl, type RedisChoice } from './redis-options.ts'
export { type AccessLogOptions, defaultControllerName, type RunOptions } from './run-options.ts'
export { ansiPaint, choosePaint, noPaint, type Paint, type Terminal } from './terminal.ts'
