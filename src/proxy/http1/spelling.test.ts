import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSpelling, respell } from './spelling.ts'

const read = (text: string) => readSpelling(Buffer.from(text, 'latin1'), 0, text.length)

test('names are found as they were written, those in lower case left out', () => {
  const spelling = read('GET /A:B HTTP/1.1\r\nHost: a\r\nx-low: 1\r\nX-Up: A: B\r\nx-UP: 2\r\n\r\n')
  assert.deepEqual(
    [...spelling],
    [
      ['host', 'Host'],
      ['x-up', 'X-Up'],
    ],
  )
  assert.equal(read('GET / HTTP/1.1\r\n\r\n').size, 0)
})

test('only names at the beginning of lines are written anew', () => {
  const spelling = new Map([
    ['host', 'HOST'],
    ['x', 'X'],
    ['get /host', 'never'],
  ])
  assert.equal(
    respell('GET /host: HTTP/1.1\r\nhost: x: host\r\ny: host: 1\r\nx: 1\r\n\r\n', spelling),
    'GET /host: HTTP/1.1\r\nHOST: x: host\r\ny: host: 1\r\nX: 1\r\n\r\n',
  )
})
