import { type Message, typed } from '../message.ts'

/**
 * What Envoy's codecs let pass and the embedded plane refuses (src/proxy/http1, src/proxy/route/path.ts). Two programs of the
 * Lua filter, which Envoy asks only about requests in which there is something to look at:
 * - a Host that could be read in two ways, and fields that CGI-like backends take for framing, are answered 400; in paths,
 *   what RFC 3986 calls equivalent is made equal before a route is chosen, and what no route may see is answered 400;
 * - so is a path that a more obliging server would read as one of another route.
 */
export function buildRequestGuard(): Message[] {
  return [
    guard(
      'headgate.request',
      [hasOddPath('[%;\\\\]|//|/\\.'), not(fieldMatches(':authority', host)), ...misread.map(hasField)],
      `${removeDots}${readLoosely}${ruleOf}${normalise}`,
    ),
    guard('headgate.ambiguousPath', [hasOddPath('[%;]|//')], `${removeDots}${readLoosely}${ruleOf}${compare}`),
  ]
}

/** DNS names, IPv4 and IPv6, a port of one to five digits. */
const host = '(?:(?:[A-Za-z0-9_-]+\\.)*[A-Za-z0-9_-]+\\.?|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?'
const misread = ['content_length', 'transfer_encoding']

/** @param reasons for which the program is asked: one is enough */
function guard(name: string, reasons: readonly Message[], program: string): Message {
  return {
    name,
    typed_config: typed('envoy.extensions.common.matching.v3.ExtensionWithMatcher', {
      extension_config: {
        name: 'envoy.filters.http.lua',
        typed_config: typed('envoy.extensions.filters.http.lua.v3.Lua', {
          default_source_code: { inline_string: program },
          // One machine for all listeners: thousands of them would cost gigabytes.
          shared_vm_id: name,
        }),
      },
      xds_matcher: {
        matcher_list: {
          matchers: [
            {
              predicate: not(reasons.length > 1 ? { or_matcher: { predicate: reasons } } : (reasons[0] ?? {})),
              on_match: {
                action: {
                  name: 'skip',
                  typed_config: typed('envoy.extensions.filters.common.matcher.action.v3.SkipFilter'),
                },
              },
            },
          ],
        },
      },
    }),
  }
}

function not(predicate: Message): Message {
  return { not_matcher: predicate }
}

/** @param odd pattern of something anywhere before the query */
function hasOddPath(odd: string): Message {
  return fieldMatches(':path', `[^?]*(?:${odd}).*`)
}

function hasField(name: string): Message {
  return fieldMatches(name, '.*')
}

function fieldMatches(name: string, regex: string): Message {
  return {
    single_predicate: {
      input: {
        name,
        typed_config: typed('envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: name }),
      },
      // xds.type.matcher.v3, unlike Envoy's own messages, wants the engine named.
      value_match: { safe_regex: { google_re2: {}, regex } },
    },
  }
}

const removeDots = `
local function split(target)
  local mark = target:find("?", 1, true)
  if mark then return target:sub(1, mark - 1), target:sub(mark) end
  return target, ""
end

local function refuse(handle, why)
  handle:respond({ [":status"] = "400", ["content-type"] = "text/plain" }, "400 " .. why .. "\\n")
end

-- RFC 3986 5.2.4, but nothing climbs above the root: nil.
local function remove_dots(path)
  if not path:find("/.", 1, true) then return path end
  local segments = {}
  for segment in (path:sub(2) .. "/"):gmatch("([^/]*)/") do segments[#segments + 1] = segment end
  local kept, count = {}, #segments
  for i, segment in ipairs(segments) do
    if segment == ".." then
      if #kept == 0 then return nil end
      kept[#kept] = nil
      if i == count then kept[#kept + 1] = "" end
    elseif segment == "." then
      if i == count then kept[#kept + 1] = "" end
    else
      kept[#kept + 1] = segment
    end
  end
  return "/" .. table.concat(kept, "/")
end
`

const readLoosely = `
-- As the most obliging server would read it.
local function read_loosely(path)
  local loose = path:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  loose = loose:gsub("\\\\", "/"):gsub(";[^/]*", ""):gsub("//+", "/")
  return remove_dots(loose)
end
`

const ruleOf = `
-- The rule behind the route that Envoy has chosen.
local function rule_of(handle)
  local name = handle:streamInfo():routeName()
  return name:match("^[^/]*/[^/]*/[^/]*/%d+") or name
end
`

const normalise = `
local function decode_unreserved(hex)
  local character = string.char(tonumber(hex, 16))
  if character:find("^[%w%-._~]$") then return character end
  return "%" .. hex:upper()
end

local function is_host(authority)
  local name = authority:gsub(":%d%d?%d?%d?%d?$", "")
  if name:find("^%.") or name:find("..", 1, true) then return false end
  return name:find("^[%w._%-]+$") ~= nil or name:find("^%[[%x:.]+%]$") ~= nil
end

function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("content_length") or headers:get("transfer_encoding") then return refuse(handle, "malformed request") end
  if not is_host(headers:get(":authority") or "") then return refuse(handle, "malformed host") end
  local target = headers:get(":path")
  if target == nil then return end
  local raw, query = split(target)
  if raw:find("\\\\", 1, true) or raw:gsub("%%%x%x", ""):find("%", 1, true) then return refuse(handle, "malformed path") end
  local path = raw:gsub("%%(%x%x)", decode_unreserved)
  if path:find("%00", 1, true) then return refuse(handle, "malformed path") end
  path = remove_dots(path)
  if not path or not read_loosely(path) then return refuse(handle, "malformed path") end
  if path ~= raw then
    local chosen = rule_of(handle)
    headers:replace(":path", path .. query)
    handle:clearRouteCache()
    -- What lies on the route makes Envoy look for it.
    handle:metadata()
    -- The filters of the first route are those that the request meets, and they may not be the ones that guard this one.
    if rule_of(handle) ~= chosen then refuse(handle, "ambiguous path") end
  end
end
`

const compare = `

function envoy_on_request(handle)
  local headers = handle:headers()
  local target = headers:get(":path")
  if target == nil then return end
  local path, query = split(target)
  local loose = read_loosely(path)
  if loose == path then return end
  local chosen = rule_of(handle)
  headers:replace(":path", loose .. query)
  handle:clearRouteCache()
  -- What lies on the route makes Envoy look for it.
  handle:metadata()
  local guarded = rule_of(handle)
  headers:replace(":path", target)
  handle:clearRouteCache()
  if guarded ~= chosen then refuse(handle, "ambiguous path") end
end
`
