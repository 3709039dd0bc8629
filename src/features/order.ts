/**
 * The filters in the order in which a request meets them; a response meets them in reverse. Written by hand, because order
 * is a decision. An answer of the gateway itself (a redirect, a refusal) meets all of them on its way out.
 *
 * Adding a filter: its line here, its folder (`request-mirror/` for 'requestMirror') with ir.ts, translate.ts, proxy.ts and envoy.ts
 * that export a constant of the kind's name, supports.ts, README.md and a scenario; then `npm run generate`. A node that
 * policies ask for has policy.ts instead of translate.ts, or beside it.
 */
export const filterOrder = [
  'responseOverride', // first to be asked on Envoy, because it must see the answers of all others; what it puts in their place still meets cors and the rest on the embedded plane
  'cors', // outermost: browsers send preflights without credentials; and even a refusal must be readable for the page that asked
  'responseHeaderModifier', // last but one to touch a response, so that it sees what the others wrote; only cors has the last word on its own fields
  'faultInjection', // before the guards: whoever tries how clients take failures needs no credentials for it
  'csrf', // a forged request is refused before anybody's credentials are looked at; after cors, whose preflights it lets pass
  'basicAuth', // guards that ask nobody else, before those that do
  'apiKeyAuth', // beside it: who comes with both needs both
  'jwt', // before whoever judges by claims; before externalAuth, whose authoriser may read the claims that it writes
  'authorization', // judges what jwt found out; cheap, so an authoriser is only asked about who may come at all
  'externalAuth', // before anything is changed, copied or told: it judges what the client sent
  'rateLimit', // after authorisation: a limit may count per identity, and who is refused uses up nothing
  'requestBuffer', // after the guards: who is not let in fills no memory, and is told so rather than that the request is too large
  'compression', // after authorisation, which judges what the client accepts as well; around all that answers from here on
  'requestRedirect', // answers, so what prepares the way to a backend comes later. After authorisation: a Location tells something too
  'directResponse', // answers, too; a redirect of the same rule goes first
  'requestHeaderModifier', // after authorisation: the route's words win over fields that the authoriser added
  'credentialInjection', // after the route's words about fields: the credentials are the gateway's, and no modifier takes them away
  'urlRewrite', // the last change of the head
  'admissionControl', // judges backends, so only what goes to one comes here, and nothing else is counted; before the mirror, which copies nothing that is refused
  'requestMirror', // after all changes: the copy is what the backend gets (Gateway API), and nothing is copied that was refused or redirected
] as const

export type FilterKind = (typeof filterOrder)[number]

/** Stanzas of a rule that are no filters: they fill slots of the rule's action, so among them there is no order. */
export const slotFields = ['retry', 'sessionPersistence', 'timeouts'] as const

export type SlotField = (typeof slotFields)[number]

/** Policies that fill slots of listeners, backends and actions, without a node of their own: among them there is no order. */
export const policyOnly = [
  'backendConnections',
  'backendDns',
  'backendProtocols',
  'backendRouting',
  'clientAddress',
  'clientConnections',
  'clientHeaders',
  'clientHealth',
  'clientHttp1',
  'clientHttp2',
  'clientKeepalive',
  'clientPaths',
  'clientProtocols',
  'clientProxyProtocol',
  'clientTls',
  'clientTimeouts',
  'circuitBreaker',
  'healthCheck',
  'loadBalancing',
] as const

export type PolicyOnly = (typeof policyOnly)[number]
