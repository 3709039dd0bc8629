/** The snapshot's way from the controller to the proxies of each Gateway: docs/reference/feed.md. */
export { Authority, type AuthorityKeys, type AuthorityRecord, renewAuthorities } from './authority.ts'
export { FeedClient, type FeedClientOptions } from './feed-client.ts'
export type { FeedAddress } from './feed-connection.ts'
export { type FeedReport, FeedServer, type FeedServerOptions, type TokenOwner } from './feed-server.ts'
export { LastGood, type LastGoodOptions } from './last-good.ts'
export type { FailedSocket } from './messages.ts'
