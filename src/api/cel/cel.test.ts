import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Schema } from '../schema/schema.ts'
import { compileExpression } from './compile.ts'
import { Scope } from './scope.ts'
import { CelError, type Value } from './value.ts'

/** Evaluates an expression over `self`. */
export function evaluate(source: string, self: Value = null, schema?: Schema): Value {
  return compileExpression(source, Scope.of({ self: schema, oldSelf: schema })).run([self, null])
}

/** Each line holds; errors are lines of their own below. */
function holds(name: string, lines: readonly string[], self: Value = null, schema?: Schema): void {
  test(name, () => {
    for (const line of lines) assert.equal(evaluate(line, self, schema), true, line)
  })
}

function fails(name: string, lines: readonly string[], self: Value = null): void {
  test(name, () => {
    for (const line of lines) assert.throws(() => evaluate(line, self), CelError, line)
  })
}

holds('literals and operators', [
  '1 + 2 * 3 == 7',
  '-7 / 2 == -3',
  '-7 % 2 == -1',
  '0x10 == 16',
  '1.5 + 1.5 == 3.0',
  '2u + 3u == 5u',
  '9223372036854775807 - 1 == 9223372036854775806',
  '-9223372036854775808 < 0',
  '1 == 1.0 && 1u == 1',
  '!(1 < 1.0) && 1 < 1.5',
  '"a" + "b" == \'ab\'',
  'r"\\d" == "\\\\d"',
  '"""a"b""" == "a\\"b"',
  "b'abc' == bytes('abc')",
  '[1, 2] + [3] == [1, 2, 3]',
  '{"a": 1}["a"] == 1 && {"a": 1}.a == 1',
  '"x" in {"x": 1} && 2 in [1, 2]',
  'true ? (false ? false : true) : false',
  '1 != "1"',
  'null == null && 1 != null',
  'type(1) == int && type("a") == string && type([]) == list && type(null) == null_type',
])

fails('what CEL refuses to evaluate', [
  '1 / 0',
  '1 % 0',
  '9223372036854775807 + 1',
  '1 + 1.0',
  '"a" < 1',
  '[1][1]',
  '{"a": 1}.b',
  '"a" && true',
  'unknown',
  'nosuch(1)',
  '"a".nosuch()',
  '1 +',
  '"open',
])

holds('&& and || forgive an error that the other side makes unimportant', [
  'true || 1 / 0 == 1',
  '1 / 0 == 1 || true',
  '!(1 / 0 == 1 && false)',
  '[0, 1].exists(x, 1 / x == 1)',
  '![0, 1].all(x, 1 / x == 2)',
])
fails('but not one that matters', ['false || 1 / 0 == 1', '[0].all(x, 1 / x == 1)', '[0, 1].exists_one(x, 1 / x == 1)'])

holds(
  'fields, has, and comprehensions over JSON',
  [
    'has(self.name) && !has(self.port)',
    'self.ports.all(p, p > 0) && self.ports.exists_one(p, p == 80)',
    'self.ports.filter(p, p > 100).size() == 1',
    'self.ports.map(p, p * 2) == [160, 886]',
    'self.ports.map(p, p > 100, p + 1) == [444]',
    'self.labels.all(key, key.startsWith("a"))',
    'self.labels.exists(key, self.labels[key] == "2")',
    'self.ports.all(i, p, i < p) && self.labels.all(k, v, k != v)',
    'self.ports.transformList(i, p, p + i) == [80, 444]',
    'self.labels.transformMap(k, v, v + k) == {"a": "1a", "ab": "2ab"}',
    'self.labels.transformMapEntry(k, v, {v: k}) == {"1": "a", "2": "ab"}',
    'cel.bind(first, self.ports[0], first == 80 && first + 1 == 81)',
    'size(self.labels) == 2 && self.name.size() == 4',
    '[1, [2]].exists(x, x == [2])',
  ],
  { name: 'näme', ports: [80, 443], labels: { a: '1', ab: '2' } },
)

holds(
  'names that CEL reserves are escaped as in Kubernetes',
  [
    'self.__namespace__ == "a" && has(self.x__dash__y) && self.a__dot__b == 1 && self.__if__ == 2 && self.c__underscores__d == 3',
  ],
  { namespace: 'a', 'x-y': 0, 'a.b': 1, if: 2, c__d: 3 },
  {
    type: 'object',
    properties: Object.fromEntries(['namespace', 'x-y', 'a.b', 'if', 'c__d'].map((name) => [name, {}])),
  },
)

test('a rule can only name fields that the schema has', () => {
  assert.throws(
    () => evaluate('self.nmae', {}, { type: 'object', properties: { name: { type: 'string' } } }),
    /undefined field/,
  )
})

const LISTS: Schema = {
  type: 'object',
  properties: {
    set: { type: 'array', listType: 'set', items: { type: 'string' } },
    map: { type: 'array', listType: 'map', listKeys: ['k'], items: { type: 'object', additionalProperties: true } },
    atomic: { type: 'array', items: { type: 'string' } },
    size: { type: 'number' },
    at: { type: 'string', format: 'date-time' },
    every: { type: 'string', format: 'duration' },
  },
}
holds(
  'what a schema says about a value holds in its rules',
  [
    'self.set == ["b", "a"] && self.atomic != ["b", "a"]',
    'self.set + ["b", "c"] == ["c", "b", "a"] && (self.set + ["b", "c"]).size() == 3',
    'self.map == [{"k": 2}, {"k": 1, "v": 1}] && (self.map + [{"k": 1, "v": 9}])[0].v == 9',
    'self.size / 2.0 == 1.0 && type(self.size) == double',
    'self.at > timestamp("2025-01-01T00:00:00Z") && self.at.getFullYear() == 2026',
    'self.every == duration("90m") && self.every.getHours() == 1',
  ],
  {
    ...{ set: ['a', 'b'], map: [{ k: 1, v: 1 }, { k: 2 }], atomic: ['a', 'b'] },
    ...{ size: 2, at: '2026-01-01T00:00:00Z', every: '1h30m' },
  },
  LISTS,
)

holds('durations and timestamps', [
  'duration("1h") == duration("60m") && duration("1.5s") == duration("1500ms")',
  'duration("0s") < duration("1ms") && duration("-1s") < duration("0s")',
  'duration("1h") + duration("30m") == duration("90m")',
  'timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T00:00:00Z") == duration("24h")',
  'timestamp("2026-01-01T10:00:00+02:00") == timestamp("2026-01-01T08:00:00Z")',
  'string(duration("90m")) == "5400s" && string(timestamp("2026-01-01T00:00:00.5Z")) == "2026-01-01T00:00:00.5Z"',
  'timestamp("2026-03-01T12:30:00Z").getMonth() == 2 && timestamp("2026-03-01T12:30:00Z").getHours("Asia/Shanghai") == 20',
])
fails('no durations', ['duration("1")', 'duration("1d")', 'duration("")', 'timestamp("2026-01-01")'])

holds('strings', [
  '"hällo".charAt(1) == "ä" && "abc".charAt(3) == ""',
  '"tacocat".indexOf("ac") == 1 && "tacocat".indexOf("none") == -1 && "tacocat".indexOf("a", 3) == 5 && "ab".indexOf("") == 0',
  '"tacocat".lastIndexOf("at") == 5 && "tacocat".lastIndexOf("a", 3) == 1 && "äbä".lastIndexOf("ä") == 2',
  '"TacoCät".lowerAscii() == "tacocät" && "tacocät".upperAscii() == "TACOCäT"',
  '"hello hello".replace("he", "we") == "wello wello" && "hello hello".replace("he", "we", 1) == "wello hello"',
  '"a b c".split(" ") == ["a", "b", "c"] && "a b c".split(" ", 2) == ["a", "b c"] && "ab".split("") == ["a", "b"]',
  '"tacocat".substring(4) == "cat" && "tacocat".substring(0, 4) == "taco" && "ta©o😄".substring(2, 5) == "©o😄"',
  '"  trim ".trim() == "trim" && ["a", "b"].join("-") == "a-b" && ["a", "b"].join() == "ab"',
  '"%s is %d, %.2f, %x".format(["a", 3, 1.5, 255]) == "a is 3, 1.50, ff"',
  '"abc".contains("b") && "abc".startsWith("ab") && "abc".endsWith("bc")',
  'string(1) == "1" && int("12") == 12 && double("1.5") == 1.5 && string(true) == "true" && bool("true")',
])
fails('strings out of range', ['"abc".charAt(4)', '"abc".substring(2, 1)', '"abc".substring(-1)', 'int("1.5")'])

holds('regular expressions as RE2 reads them', [
  '"foo.bar".matches("^[a-z.]+$") && matches("abc", "b")',
  '"GreeterV1".matches(r"^(?i)[a-z_][a-z_0-9]*$")',
  '"abc 123".find("[0-9]+") == "123" && "abc".find("[0-9]+") == ""',
  '"123 abc 456".findAll("[0-9]+") == ["123", "456"] && "1 2 3".findAll("[0-9]", 2) == ["1", "2"]',
  String.raw`"a_b".matches("^[[:alpha:]_]+$") && !"\u2028".matches("^\\s$") && "\u2028".matches("^.$")`,
])

holds('lists', [
  '[1, 2, 3].isSorted() && !["b", "a"].isSorted() && [].isSorted()',
  '[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [].sum() == 0 && [duration("1m"), duration("1s")].sum() == duration("61s")',
  '[1, 3].min() == 1 && [1, 3].max() == 3 && ["b", "a"].min() == "a"',
  '[1, 2, 2, 3].indexOf(2) == 1 && ["a"].lastIndexOf("b") == -1 && [1, 2, 2].lastIndexOf(2) == 2',
  'sets.contains([1, 2], [2]) && !sets.contains([1], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2])',
  'math.greatest(1, 3, 2) == 3 && math.least([1, 2]) == 1 && math.abs(-2) == 2',
])
fails('extremes of nothing', ['[].min()', '[].max()'])

holds('URLs as Go parses them', [
  'isURL("https://user:pass@example.com:80/path?query=val#fragment") && isURL("/absolute-path") && !isURL("https://a:b:c/") && !isURL("../relative-path")',
  'isURL("https://user:pass@[2001:db8::1]/path") && !isURL("example.com") && !isURL("https://a b.com/") && !isURL("")',
  'url("https://example.com:80/").getHost() == "example.com:80" && url("https://[::1]:80/").getHost() == "[::1]:80"',
  'url("https://example.com:80/").getHostname() == "example.com" && url("https://[::1]:80/").getHostname() == "::1"',
  'url("https://example.com:80/").getPort() == "80" && url("/path").getPort() == "" && url("/path").getScheme() == ""',
  'url("https://example.com/path with spaces/").getEscapedPath() == "/path%20with%20spaces/" && url("https://example.com").getEscapedPath() == ""',
  'url("https://example.com/?k1=a&k2=b&k2=c").getQuery() == {"k1": ["a"], "k2": ["b", "c"]} && url("/p").getQuery() == {}',
  'url("https://example.com/") == url("https://example.com/") && url("HTTPS://example.com").getScheme() == "https"',
])

holds('IP addresses', [
  'isIP("127.0.0.1") && isIP("::1") && !isIP("127.0.0.256") && !isIP(":::1") && !isIP("01.2.3.4") && !isIP("fe80::1%eth0")',
  '!isIP("::ffff:1.2.3.4") && isIP("64:ff9b::1.2.3.4")',
  'ip("127.0.0.1").family() == 4 && ip("::1").family() == 6 && ip("::1") == ip("0::1") && ip("1.2.3.4") != ip("1.2.3.5")',
  'ip.isCanonical("127.0.0.1") && ip.isCanonical("2001:db8::abcd") && !ip.isCanonical("2001:DB8::ABCD") && !ip.isCanonical("2001:db8:0:0::1")',
  'ip("127.0.0.1").isLoopback() && ip("::1").isLoopback() && !ip("192.168.0.1").isLoopback()',
  'ip("0.0.0.0").isUnspecified() && ip("::").isUnspecified() && ip("224.0.0.1").isLinkLocalMulticast() && !ip("224.0.1.1").isLinkLocalMulticast()',
  'ip("169.254.169.254").isLinkLocalUnicast() && ip("fe80::1").isLinkLocalUnicast() && ip("192.168.0.1").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast()',
  'string(ip("2001:db8:0:0:0:0:0:1")) == "2001:db8::1" && string(ip("10.0.0.1")) == "10.0.0.1"',
])
holds('CIDRs', [
  'isCIDR("192.168.0.0/24") && isCIDR("2001:db8::/32") && !isCIDR("192.168.0.0/33") && !isCIDR("192.168.0.1")',
  'cidr("192.168.0.0/24").containsIP("192.168.0.1") && !cidr("192.168.0.0/24").containsIP(ip("192.168.1.1"))',
  'cidr("192.168.0.0/24").containsCIDR("192.168.0.0/25") && !cidr("192.168.0.0/24").containsCIDR(cidr("192.168.0.0/23"))',
  'cidr("192.168.0.1/24").ip() == ip("192.168.0.1") && cidr("192.168.0.1/24").masked() == cidr("192.168.0.0/24")',
  'cidr("::1/128").prefixLength() == 128 && string(cidr("10.0.0.0/8")) == "10.0.0.0/8" && !cidr("10.0.0.0/8").containsIP("::1")',
])

holds('quantities', [
  'isQuantity("1.3Gi") && isQuantity("10K") == false && isQuantity("-1.5e3") && !isQuantity("1.3GiB") && !isQuantity("")',
  'quantity("50k").isInteger() && !quantity("5m").isInteger() && quantity("50k").asInteger() == 50000',
  'quantity("5m").asApproximateFloat() == 0.005 && quantity("-5m").sign() == -1 && quantity("0").sign() == 0',
  'quantity("200M").compareTo(quantity("0.2G")) == 0 && quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("1Mi").isLessThan(quantity("1Gi"))',
  'quantity("50k").add("20" == "" ? 0 : 20).compareTo(quantity("50020")) == 0 && quantity("50k").sub(quantity("20k")) == quantity("30k")',
])
fails('no quantities', ['quantity("1 Gi")', 'quantity("5m").asInteger()'])

holds('named formats', [
  '!format.dns1123Label().validate("my-label").hasValue() && format.dns1123Label().validate("My_label").hasValue()',
  'format.dns1123Subdomain().validate("a.b").hasValue() == false && format.dns1035Label().validate("1a").hasValue()',
  '!format.dns1123LabelPrefix().validate("my-").hasValue() && format.qualifiedName().validate("a/b/c").hasValue()',
  '!format.labelValue().validate("").hasValue() && !format.uuid().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()',
  '!format.uri().validate("http://example.com").hasValue() && format.byte().validate("a").hasValue()',
  '!format.date().validate("2021-01-01").hasValue() && format.datetime().validate("2021-01-01").hasValue()',
  'format.named("dns1123Label").value() == format.dns1123Label() && !format.named("nothing").hasValue()',
  // An optional never equals null; a rule that compares them refuses every value, valid or not.
  '!(format.dns1123Label().validate("my-label") == null)',
])

holds('semantic versions', [
  'isSemver("1.0.0") && !isSemver("v1.0.0") && !isSemver("1.0") && isSemver("v1.0", true) && !isSemver("hello")',
  'semver("1.2.3").major() == 1 && semver("1.2.3").minor() == 2 && semver("1.2.3").patch() == 3',
  'semver("1.0.0-alpha.1").isLessThan(semver("1.0.0-alpha.beta")) && semver("1.10.0").isGreaterThan(semver("1.9.0"))',
  'semver("1.0.0+a").compareTo(semver("1.0.0+b")) == 0',
])

holds(
  'optional values',
  [
    'self.?port.orValue(80) == 80 && self.?name.hasValue() && self.?name.value() == "a"',
    'self.?none.?deeper.hasValue() == false && self.?inner.?x.orValue(0) == 1 && self.?inner.x == optional.of(1)',
    'self.list[?5].orValue("none") == "none" && self.list[?0] == optional.of("x")',
    '[1, ?self.?none, ?optional.of(2)] == [1, 2] && {?"a": self.?none} == {}',
    'self.?name.optMap(n, n + "!").orValue("") == "a!" && optional.none() == self.?none && optional.none().or(optional.of(1)).value() == 1',
    'optional.ofNonZeroValue("") == optional.none() && self.?name.optFlatMap(n, optional.of(n)).hasValue()',
  ],
  { name: 'a', list: ['x'], inner: { x: 1 } },
)
fails('an empty optional has no value', ['optional.none().value()'])

test('a key named like a part of JavaScript is a key', () => {
  assert.equal(evaluate('has(self.constructor)', {}), false)
  assert.equal(evaluate('"__proto__" in self', {}), false)
  assert.equal(evaluate('self.celType == "x" && self == {"celType": "x"}', { celType: 'x' }), true)
})
