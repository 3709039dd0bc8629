import { appendFileSync } from 'node:fs'

/** The test asks for it: `cluster Service/default/a/80` or whatever else matches may be refused in this run. */
export function expectRefusal(resource: RegExp): void {
  const file = process.env.HEADGATE_TEST_REFUSALS
  if (file) appendFileSync(file, `${JSON.stringify({ expected: resource.source })}\n`)
}
