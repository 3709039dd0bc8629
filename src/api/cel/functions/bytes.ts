import { Buffer } from 'node:buffer'
import { CelError, noOverload, wantString } from '../value.ts'
import type { Library } from './library.ts'

/** `base64.encode` and `base64.decode`. */
export const bytesLibrary: Library = {
  functions: {
    'base64.encode': (value) => {
      if (!(value instanceof Uint8Array)) throw noOverload('base64.encode', value)
      return Buffer.from(value).toString('base64')
    },
    'base64.decode': (value) => {
      const text = wantString(value, 'base64.decode')
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new CelError('illegal base64 data')
      return new Uint8Array(Buffer.from(text, 'base64'))
    },
  },
}
