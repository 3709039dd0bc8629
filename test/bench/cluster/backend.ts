/** `node backend.ts ADDRESS LETTER`: answers everything on port 8080 with the letter. */
import { createServer } from 'node:http'

const [address = '', letter = ''] = process.argv.slice(2)
const server = createServer((_, response) => response.end(letter))
server.keepAliveTimeout = 120_000
server.listen(8080, address, () => process.stdout.write('ready\n'))
