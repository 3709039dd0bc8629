import { isIPv6 } from 'node:net'

/**
 * Whether `text` is a host with an optional port, as Host and absolute-form targets have it. Narrower than RFC 3986 on
 * purpose: DNS names, IPv4 and IPv6 literals only. Userinfo, percent-escapes, sub-delims (a comma joins two Hosts) and
 * empty labels are where peers disagree on which host is meant.
 */
export function isAuthority(text: string): boolean {
  const length = text.length
  if (length === 0 || length > 261) return false
  let i = 0
  if (text.charCodeAt(0) === 0x5b) {
    const close = text.indexOf(']')
    if (close < 0 || !IPV6_CHARACTERS.test(text.slice(1, close)) || !isIPv6(text.slice(1, close))) return false
    i = close + 1
  } else {
    let label = 0
    for (; i < length; i++) {
      const c = text.charCodeAt(i)
      if (c === 0x2e) {
        if (label === 0) return false
        label = 0
      } else if (c === 0x3a) break
      else if (isNameCharacter(c)) label++
      else return false
    }
    if (i === 0) return false
  }
  return i === length || isPort(text, i)
}

/** No zone identifiers: they mean something on one machine only. */
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]+$/

function isNameCharacter(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x2d || (c >= 0x41 && c <= 0x5a) || c === 0x5f
}

/** `:` and 1 to 5 digits, at most 65535, from `colon` to the end. */
function isPort(text: string, colon: number): boolean {
  const digits = text.length - colon - 1
  if (text.charCodeAt(colon) !== 0x3a || digits < 1 || digits > 5) return false
  let port = 0
  for (let i = colon + 1; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return false
    port = port * 10 + digit
  }
  return port <= 65535
}
