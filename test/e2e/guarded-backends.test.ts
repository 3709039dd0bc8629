import { test } from 'node:test'
import { answersPendingAtOnce, leavesTheSlow, survivesCrashes } from './guarded-backends.ts'

const options = ['--workers', '2']

test('backends crash, drain and come back under load: with retries nothing fails', (t) => survivesCrashes(t, options))
test('a backend that stops answering is left, and comes back', (t) => leavesTheSlow(t, options))
test('the same where failures of the connection are counted apart', (t) => leavesTheSlow(t, options, 'localFailures'))
test('five parallel requests are five over two workers; the next is answered at once', (t) =>
  answersPendingAtOnce(t, options))
