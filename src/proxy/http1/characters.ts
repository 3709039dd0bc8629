/** Character classes of RFC 9110 as tables: one lookup per byte in the scanners. */

const TOKEN_TEXT = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"

/** For a byte of a token (RFC 9110 5.6.2) its lower-case code, 0 for every other byte. */
export const TOKEN = new Uint8Array(256)
for (let i = 0; i < TOKEN_TEXT.length; i++) TOKEN[TOKEN_TEXT.charCodeAt(i)] = TOKEN_TEXT.charCodeAt(i)
for (let c = 0x41; c <= 0x5a; c++) TOKEN[c] = c + 0x20

/** 1 for the bytes of a field value (RFC 9110 5.5): visible, space, tab, obs-text. Not CR, LF, NUL or another control. */
export const VALUE = new Uint8Array(256)
for (let c = 0x20; c <= 0xff; c++) VALUE[c] = c === 0x7f ? 0 : 1
VALUE[0x09] = 1

/**
 * 1 for the bytes a request target may have: visible ASCII. Two are left out because peers disagree on them: some take a
 * backslash for a slash, some cut at a hash (a fragment is never sent, RFC 9112 3.2).
 */
export const TARGET = new Uint8Array(256)
for (let c = 0x21; c <= 0x7e; c++) TARGET[c] = 1
TARGET[0x5c] = 0
TARGET[0x23] = 0

/** Value of a hex digit, or 255. */
export const HEX = new Uint8Array(256).fill(255)
for (let i = 0; i < 16; i++) {
  HEX[i.toString(16).charCodeAt(0)] = i
  HEX[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

export const HTAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const COLON = 0x3a

const TOKEN_ONLY = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TARGET_ONLY = /^[!-"$-[\]-~]+$/

/** Whether `text` is a token (RFC 9110 5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN_ONLY.test(text)
}

/** Whether `text` may stand as request target. */
export function isTarget(text: string): boolean {
  return TARGET_ONLY.test(text)
}
