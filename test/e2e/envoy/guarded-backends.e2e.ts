import { test } from 'node:test'
import { answersPendingAtOnce, leavesTheSlow, survivesCrashes } from '../guarded-backends.ts'
import { installEnvoy } from './install-envoy.ts'

const options = async () => ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1']

test('backends crash, drain and come back behind Envoy: with retries nothing fails', async (t) =>
  survivesCrashes(t, await options()))
test('a backend that stops answering is left by Envoy, and comes back', async (t) => leavesTheSlow(t, await options()))
test('the same where failures of the connection are counted apart', async (t) =>
  leavesTheSlow(t, await options(), 'localFailures'))
test('five parallel requests are five on Envoy; the next is answered at once', async (t) =>
  answersPendingAtOnce(t, await options()))
