import type { BodyPart } from '#kit/body-format.ts'
import type { FieldEdit } from '#kit/field-edits.ts'

/** Puts other answers in the place of some. The first rule that matches counts; calls of gRPC are left alone. */
export interface ResponseOverrideNode {
  readonly kind: 'responseOverride'
  readonly rules: readonly OverrideRule[]
}

export interface OverrideRule {
  /** From and to, both included; any of them is enough. Empty: any status. */
  readonly statuses: readonly (readonly [from: number, to: number])[]
  /** All of them. */
  readonly fields: readonly FieldTest[]
  /** Answers of the gateway itself, or of backends; left out: both. */
  readonly of?: 'gateway' | 'backend'
  readonly answer: OverrideAnswer
}

/** The values of a field of the response, joined by commas. */
export interface FieldTest {
  readonly name: string
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex'
  readonly value: string
}

/** Nothing of the answer before it is left but its status, where no other is given. */
export interface OverrideAnswer {
  readonly status?: number
  readonly contentType?: string
  readonly body: readonly BodyPart[]
  readonly set: readonly FieldEdit[]
  readonly add: readonly FieldEdit[]
  /** Where the client is sent: Location. */
  readonly location?: OverrideLocation
}

/** What is left out is as the client asked for it. */
export interface OverrideLocation {
  readonly scheme?: 'http' | 'https'
  /** With its port, where that is not the scheme's own. Left out: the Host that the client named. */
  readonly authority?: string
  readonly path?: string
}
