// Written by `npm run generate` from order.ts and the folders beside it. Do not edit.
import type { FilterTranslator, RuleSlot } from '#translate'
import { cors } from './cors/translate.ts'
import { externalAuth } from './external-auth/translate.ts'
import type { FilterKind, SlotField } from './order.ts'
import { requestHeaderModifier } from './request-header-modifier/translate.ts'
import { requestMirror } from './request-mirror/translate.ts'
import { requestRedirect } from './request-redirect/translate.ts'
import { responseHeaderModifier } from './response-header-modifier/translate.ts'
import { retry } from './retry/translate.ts'
import { sessionPersistence } from './session-persistence/translate.ts'
import { timeouts } from './timeouts/translate.ts'
import { urlRewrite } from './url-rewrite/translate.ts'

export const filterTranslators = {
  cors,
  externalAuth,
  requestHeaderModifier,
  requestMirror,
  requestRedirect,
  responseHeaderModifier,
  urlRewrite,
} satisfies Partial<Record<FilterKind, FilterTranslator>>

export const ruleSlots = {
  retry,
  sessionPersistence,
  timeouts,
} satisfies Record<SlotField, RuleSlot>
