import type { AccessLogOptions } from '#cli'
import { defaultAccessLogFields, type FleetOptions } from '#proxy'

/** What the threads write about requests, as the command line has it. */
export function accessLogOf({ format, fields, sample }: AccessLogOptions): FleetOptions['accessLog'] {
  return format === 'off' ? undefined : { format, fields: fields ?? defaultAccessLogFields, sample }
}
