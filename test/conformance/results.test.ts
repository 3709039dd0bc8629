import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWhole, parseConformanceOptions, suiteArguments } from './options.ts'
import { gatewayTests, parseResults, summarize } from './results.ts'

const tests = [
  'test\tlevel\tprofiles\tprovisional\tslow\tparallel\tfeatures\tmanifests',
  'A\tcore\tGATEWAY-HTTP\tfalse\tfalse\ttrue\tGateway,HTTPRoute\ttests/a.yaml',
  'B\tcore\tGATEWAY-HTTP\tfalse\tfalse\ttrue\tGateway\ttests/b.yaml',
  'C\tcore\tGATEWAY-HTTP\tfalse\tfalse\ttrue\tGateway\ttests/c.yaml',
  'MeshA\tcore\tMESH-HTTP\tfalse\tfalse\tfalse\tMesh,HTTPRoute\ttests/mesh-a.yaml',
].join('\n')

test('tests of meshes are no skipped tests of ours', () => {
  const results = parseResults('PASS\t1.20\tA\nSKIP\t0.00\tMeshA\nFAIL\t60.01\tB\nSKIP\t0.00\tC\n')
  assert.equal(
    summarize(results, gatewayTests(tests)),
    'failed: B (60.01 s)\nskipped: C\n1 passed, 1 failed, 1 skipped',
  )
})

test('only the whole suite with its own limits makes a report to publish', () => {
  assert.equal(isWhole(parseConformanceOptions([])), true)
  for (const words of [['--run-test', 'A'], ['--profiles', 'GATEWAY-HTTP'], ['--impatient']]) {
    assert.equal(isWhole(parseConformanceOptions(words)), false, words.join(' '))
  }
})

test('the suite learns the features from the status of the class', () => {
  const words = suiteArguments(parseConformanceOptions([]), '1.2.3')
  assert.ok(
    !words.includes('-supported-features') && !words.includes('-all-features') && !words.includes('-skip-tests'),
  )
  assert.throws(() => parseConformanceOptions(['--profiles', 'GATEWAY-HTP']), /no profiles: GATEWAY-HTP/)
})
