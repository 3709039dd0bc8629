import { fromBinary } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'

/** Fields of FileDescriptorProto that are not length-delimited: lists of indexes, and the edition. */
const numbers = new Set([10, 11, 14])
const syntaxField = 12

/**
 * The descriptors of its API that a C++ program carries, as protobuf's generated code keeps them: serialised, one after
 * the other, uncompressed. So they are of exactly this version of the program, with what it accepts and nothing else.
 */
export function readDescriptors(program: Buffer): Map<string, FileDescriptorProto> {
  const found = new Map<string, { readonly size: number; readonly file: FileDescriptorProto }>()
  // A descriptor begins with its name, tag 1, and its package, tag 2.
  const mark = Buffer.from('.proto\x12')
  for (let at = program.indexOf(mark); at >= 0; at = program.indexOf(mark, at + 1)) {
    const start = findStart(program, at + 6)
    if (start === undefined) continue
    const size = measure(program.subarray(start))
    const file = fromBinary(FileDescriptorProtoSchema, program.subarray(start, start + size))
    // Copies may be cut; the whole one is the longest.
    if (size > (found.get(file.name)?.size ?? 0)) found.set(file.name, { size, file })
  }
  return new Map([...found].map(([name, { file }]) => [name, file]))
}

/** Where the name that ends at `end` has its tag and length. */
function findStart(program: Buffer, end: number): number | undefined {
  for (let length = 7; length < 128; length++) {
    const start = end - length - 2
    if (program[start] !== 0x0a || program[start + 1] !== length) continue
    if (/^[\w/.]+$/.test(program.subarray(start + 2, end).toString('latin1'))) return start
  }
  return undefined
}

/** Its fields come in the order of their numbers; what does not fit is no longer the descriptor. */
function measure(bytes: Buffer): number {
  const reader = new BinaryReader(bytes)
  for (let last = 0; ; ) {
    const before = reader.pos
    // Descriptors without a syntax (proto2) are followed by padding.
    if (bytes[before] === 0) return before
    const [field, type] = reader.tag()
    const fits = field >= last && field <= 14 && (numbers.has(field) || type === WireType.LengthDelimited)
    if (!fits || (field === 1 && last === 1)) return before
    reader.skip(type, field)
    if (field === syntaxField) return reader.pos
    last = field
  }
}
