/** The object of the user that a part of the snapshot comes from: for statuses, logs, metrics and `explain`. */
export interface Origin {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}
