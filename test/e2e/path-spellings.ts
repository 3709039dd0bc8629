import { connect } from 'node:net'

/** Other ways to write `/guarded` and `/guarded/secret`, for servers that tidy paths up before they look at them. */
export const spellings: readonly string[] = [
  '//guarded',
  '/./guarded',
  '/x/../guarded',
  '/guarded/',
  '/guarded/.',
  '/guarded/x/..',
  '/%67uarded',
  '/guarde%64',
  '/GUARDED',
  '/%2fguarded',
  '/%2Fguarded',
  '/.%2fguarded',
  '/x%2f..%2fguarded',
  '/x/%2e%2e/guarded',
  '/x/%2E%2e/guarded',
  '/x/.%2e/guarded',
  '/%2e/guarded',
  '/guarded%2fsecret',
  '/guarded;a=b',
  '/;/guarded',
  '/x/..;/guarded',
  '/\\guarded',
  '/%5cguarded',
  '/x/%252e%252e/guarded',
  '/guarded%00',
  '/guarded//secret',
]

/** What a careless server behind us makes of a path: it takes escapes, parameters, dots and slashes away. */
export function readCarelessly(target: string): string {
  const unescaped = target.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const plain = unescaped
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '')
    .replace(/\0.*/s, '')
  const elements: string[] = []
  for (const element of plain.split('/')) {
    if (element === '..') elements.pop()
    else if (element !== '' && element !== '.') elements.push(element)
  }
  return `/${elements.join('/')}`
}

export function isGuarded(path: string): boolean {
  return path === '/guarded' || path.startsWith('/guarded/')
}

/** Sends the target as it is written, which clients would tidy. @returns the status, 0: no answer */
export function askRaw(port: number, target: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    let text = ''
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)))
    socket.write(`GET ${target} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n`)
  })
}
