import { brotliDecompressSync } from 'node:zlib'
import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { descriptors } from './generated/descriptors.ts'

let registry: FileRegistry | undefined

/** Envoy's API, read when it is first asked for. */
export function envoyRegistry(): FileRegistry {
  registry ??= createFileRegistry(
    fromBinary(FileDescriptorSetSchema, brotliDecompressSync(Buffer.from(descriptors, 'base64'))),
  )
  return registry
}

/** A message of Envoy's API. @param type its full name */
export function messageOf(type: string): DescMessage {
  const message = envoyRegistry().getMessage(type)
  if (message === undefined) throw new Error(`Envoy has no message ${type}`)
  return message
}
