/**
 * Loaded by `--import` into every process of a run that has a real Envoy in it: what Envoy refuses is written to the file that
 * $HEADGATE_TEST_REFUSALS names, a line of JSON each. See `watchRefusals`.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'

subscribe('headgate:envoy-refusal', (refused) => {
  const file = process.env.HEADGATE_TEST_REFUSALS
  if (file) appendFileSync(file, `${JSON.stringify({ refused })}\n`)
})
