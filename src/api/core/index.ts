import type { Kind } from '../kind.ts'
import { ENDPOINT_SLICE } from './endpoint-slice.ts'
import { CONFIG_MAP, SECRET } from './key-value.ts'
import { NAMESPACE } from './namespace.ts'
import { SERVICE } from './service.ts'
import { SERVICE_IMPORT } from './service-import.ts'

/** Kinds outside Gateway API that we read; their schemas are written by hand. */
export const CORE_KINDS: readonly Kind[] = [SERVICE, SERVICE_IMPORT, ENDPOINT_SLICE, SECRET, CONFIG_MAP, NAMESPACE]
