export { connectHttp1 } from './client.ts'
export { type Http1ServerConnection, type Http1ServerOptions, serveHttp1 } from './server.ts'
