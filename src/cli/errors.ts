/** What a command works on is wrong, missing or out of reach; the message says it all. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
