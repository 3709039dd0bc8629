import { create, type Message } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
  OneofOptionsSchema,
} from '@bufbuild/protobuf/wkt'

/** Number of `validate.rules` in the options of fields, of `required` in those of oneofs, of `disabled` in those of messages. */
const rulesExtension = 1071

/** Annotations for readers and for Envoy's own tools. */
const annotations = /^(?:udpa|xds|envoy)\/annotations\/|^google\/api\/(?:annotations|http)\.proto$/

/** What can be part of a resource, or of the protocol that carries it; with all that it imports. */
const wanted = /^(?:envoy\/(?:config|extensions|data|type|service)\/|xds\/(?:core|type|data)\/|udpa\/type\/|validate\/)/
const unwanted = /^envoy\/service\/(?:status|tap|load_stats|metrics|event_reporting|redis_auth)\//

/** Only what packing and checking need, each file after those that it imports. */
export function pruneDescriptors(files: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorSet {
  const ordered = new Map<string, FileDescriptorProto>()
  const visit = (name: string): void => {
    if (ordered.has(name)) return
    const file = files.get(name)
    if (file === undefined) throw new Error(`${name} is imported, but the program does not carry it`)
    const dependency = file.dependency.filter((one) => !annotations.test(one))
    for (const one of dependency) visit(one)
    ordered.set(name, pruneFile(file, dependency))
  }
  for (const name of [...files.keys()].sort()) if (wanted.test(name) && !unwanted.test(name)) visit(name)
  return create(FileDescriptorSetSchema, { file: [...ordered.values()] })
}

function pruneFile(file: FileDescriptorProto, dependency: string[]): FileDescriptorProto {
  for (const message of file.messageType) pruneMessage(message)
  for (const one of file.enumType) pruneEnum(one)
  for (const service of file.service) for (const part of [service, ...service.method]) delete part.options
  const { name, syntax, messageType, enumType, service } = file
  const extension = name === 'validate/validate.proto' ? file.extension : []
  return create(FileDescriptorProtoSchema, {
    name,
    package: file.package,
    syntax,
    dependency,
    messageType,
    enumType,
    service,
    extension,
  })
}

function pruneMessage(message: DescriptorProto): void {
  message.reservedName = []
  message.reservedRange = []
  const mapEntry = message.options?.mapEntry ?? false
  keepRules(message, MessageOptionsSchema)
  if (mapEntry) message.options = create(MessageOptionsSchema, { mapEntry })
  for (const field of message.field) keepRules(field, FieldOptionsSchema)
  for (const oneof of message.oneofDecl) keepRules(oneof, OneofOptionsSchema)
  for (const one of message.nestedType) pruneMessage(one)
  for (const one of message.enumType) pruneEnum(one)
}

/** Of all options only those that say what is valid. */
function keepRules<Options extends Message>(
  part: { options?: Options | undefined },
  schema: GenMessage<Options>,
): void {
  const rules = part.options?.$unknown?.filter(({ no }) => no === rulesExtension) ?? []
  delete part.options
  if (rules.length === 0) return
  const options = create(schema) as Options
  options.$unknown = rules
  part.options = options
}

function pruneEnum(one: EnumDescriptorProto): void {
  delete one.options
  one.reservedName = []
  one.reservedRange = []
  for (const value of one.value) delete value.options
}
