// What a server's connection reads next. Numbers, because every read asks.
export const HEAD = 0
export const LENGTH = 1
export const CHUNKED = 2
/** The request is whole, its response is not: later requests wait. */
export const DONE = 3
/** The client does not read its answers: no further request until it does. */
export const STUCK = 4
export const TUNNEL = 5
/** We have said goodbye and listen only so that the client can read it. */
export const LINGER = 6
export const CLOSED = 7
