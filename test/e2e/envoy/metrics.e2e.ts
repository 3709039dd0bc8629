import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAnswering } from '../answering-backend.ts'
import { gatewayYaml, routeYaml, serviceYaml, startHeadgate } from '../headgate-process.ts'
import { installEnvoy } from './install-envoy.ts'

test('/metrics has what Envoy counts beside what we do, by names that hold no address or Service', async (t) => {
  const a = await startAnswering(t, 'a')
  const headgate = await startHeadgate(
    (port) => ({
      'gw.yaml': gatewayYaml(port),
      'services.yaml': serviceYaml('a', a),
      'route.yaml': routeYaml('r', 'a'),
    }),
    ['--plane', 'envoy', '--envoy', await installEnvoy(), '--workers', '1'],
  )
  t.after(() => headgate.stop())
  for (let i = 0; i < 3; i++) assert.equal((await fetch(`http://127.0.0.1:${headgate.port}/`)).status, 200)
  const wanted = [
    'headgate_envoy_settled 1',
    `envoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="tcp/127_0_0_1/${headgate.port}"} 3`,
    'envoy_cluster_upstream_rq_total{envoy_cluster_name="Service/default/a/80"} 3',
    'envoy_server_live{} 1',
  ]
  let text = ''
  // A request is counted when it is over, which the client may know first.
  for (const end = Date.now() + 20_000; !wanted.every((line) => text.includes(`\n${line}\n`)); await sleep(20)) {
    assert.ok(Date.now() < end, text)
    text = await (await fetch(`http://127.0.0.1:${headgate.adminPort}/metrics`)).text()
  }
  const types = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
  assert.equal(new Set(types).size, types.length, 'a family stands in one place')
  for (const line of text.trim().split('\n'))
    assert.match(line, /^(?:# (?:TYPE|HELP) \S+ .+|[a-zA-Z_:][\w:]*(?:\{[^}]*\})? \S+)$/, 'Prometheus reads it')
  const names = new Set([...text.matchAll(/^(\w+)[{ ]/gm)].map(([, name = '']) => name))
  assert.deepEqual(
    [...names].filter((name) => /\d_\d|default_a/.test(name)),
    [],
  )
})
