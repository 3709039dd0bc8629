/** A message of Envoy's API as Envoy's documentation shows it: JSON with the proto's field names (snake_case). */
export type Message = { readonly [field: string]: unknown }

/** A message that says what it is: `google.protobuf.Any` in JSON. */
export type TypedMessage = Message & { readonly '@type': string }

/** @param type without `type.googleapis.com/`: `envoy.extensions.filters.http.router.v3.Router` */
export function typed(type: string, fields: Message = {}): TypedMessage {
  return { '@type': `type.googleapis.com/${type}`, ...fields }
}

/** A google.protobuf.Duration in JSON. */
export function duration(ms: number): string {
  return `${ms / 1000}s`
}
