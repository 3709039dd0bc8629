export * from './filter.ts'
export * from './message.ts'
export * from './resources/resources.ts'
