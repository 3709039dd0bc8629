import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepUseful } from './keep-useful.ts'

test('of traffic and health all is kept, of the admin interface and the control plane’s doings nothing', () => {
  const text = `# TYPE envoy_http_downstream_rq_total counter
envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix="admin"} 2
envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix="tcp/0_0_0_0/80"} 3

# TYPE envoy_listener_admin_downstream_cx_total counter
envoy_listener_admin_downstream_cx_total{} 2
# TYPE envoy_http_rds_update_success counter
envoy_http_rds_update_success{envoy_rds_route_config="tcp/0.0.0.0/80"} 1
# TYPE envoy_server_version gauge
envoy_server_version{} 10376576
# HELP envoy_server_live Lives.
# TYPE envoy_server_live gauge
envoy_server_live{} 1
`
  assert.equal(
    keepUseful(text),
    `# TYPE envoy_http_downstream_rq_total counter
envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix="tcp/0_0_0_0/80"} 3
# TYPE envoy_server_live gauge
envoy_server_live{} 1
`,
  )
  assert.equal(keepUseful(''), '')
})
