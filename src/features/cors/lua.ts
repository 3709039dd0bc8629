import { ownedFields } from './ir.ts'

/**
 * CORS for Envoy, by the same rules as proxy.ts: Envoy's own filter knows no stars that are echoed, lets the backend's fields
 * stand, and answers 200 to strangers. One program for all routes; a route brings its words as the filter's context.
 */
export const corsProgram = `
local owned = { ${ownedFields.map((name) => `"${name}"`).join(', ')} }
local hidden = { ["set-cookie"] = true, ["content-length"] = true, ["connection"] = true,
  ["keep-alive"] = true, ["proxy-connection"] = true, ["transfer-encoding"] = true }
for _, name in ipairs(owned) do hidden[name] = true end

local usualPorts = { http = ":80", https = ":443" }

local function allowed(origin, context)
  if context:get("anyOrigin") then return true end
  local scheme, host, port = origin:lower():match("^(%a[%w+.-]*)://(%[[0-9a-f:.]+%])(.*)$")
  if not scheme then scheme, host, port = origin:lower():match("^(%a[%w+.-]*)://([^/:?#@%[%]%s]+)(.*)$") end
  if not scheme then return false end
  if port == "" then port = usualPorts[scheme] or "" end
  if port ~= "" and not port:match("^:%d%d?%d?%d?%d?$") then return false end
  for _, one in ipairs(context:get("origins")) do
    if one.scheme == scheme and one.port == port then
      if one.exact == host then return true end
      local suffix = one.suffix
      if suffix and #host > #suffix and (suffix == "" or host:sub(-#suffix) == suffix) then return true end
    end
  end
  return false
end

local function value(list, wish)
  local text = list
  if list == "*" then text = wish end
  if text ~= nil and text ~= "" then return text end
end

local function remember(handle, key, what)
  handle:streamInfo():dynamicMetadata():set("headgate.cors", key, what)
end

-- Also for answers that come past this filter (envoy.ts).
local function remember_allowed(handle, origin, context)
  remember(handle, "origin", origin)
  if context:get("credentials") then remember(handle, "credentials", "true") end
  local exposed = context:get("exposed")
  if exposed ~= "" and exposed ~= "*" then remember(handle, "exposed", exposed) end
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local origin = headers:get("origin")
  if origin == nil then return end
  local context = handle:filterContext()
  local yes = allowed(origin, context)
  local method = headers:get("access-control-request-method")
  if headers:get(":method") ~= "OPTIONS" or method == nil then
    if yes then remember_allowed(handle, origin, context) end
    return
  end
  remember(handle, "answered", "yes")
  local answer = {
    [":status"] = yes and "200" or "403",
    ["vary"] = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
  }
  if yes then
    answer["access-control-allow-origin"] = origin
    if context:get("credentials") then answer["access-control-allow-credentials"] = "true" end
    answer["access-control-allow-methods"] = value(context:get("methods"), method)
    answer["access-control-allow-headers"] = value(context:get("headers"), headers:get("access-control-request-headers"))
    answer["access-control-expose-headers"] = value(context:get("exposed"), nil)
    answer["access-control-max-age"] = context:get("maxAge")
  end
  handle:respond(answer, "")
end

function envoy_on_response(handle)
  local kept = handle:streamInfo():dynamicMetadata():get("headgate.cors")
  if kept and kept["answered"] then return end
  local origin = kept and kept["origin"]
  local headers = handle:headers()
  for _, name in ipairs(owned) do headers:remove(name) end
  if origin then
    local context = handle:filterContext()
    headers:add("access-control-allow-origin", origin)
    if context:get("credentials") then headers:add("access-control-allow-credentials", "true") end
    local names, seen = {}, {}
    if context:get("exposed") == "*" then
      for name in pairs(headers) do
        if not hidden[name] and not seen[name] and name:sub(1, 1) ~= ":" then
          seen[name] = true
          names[#names + 1] = name
        end
      end
    end
    local exposed = value(context:get("exposed"), table.concat(names, ", "))
    if exposed then headers:add("access-control-expose-headers", exposed) end
  end
  headers:add("vary", "Origin")
end
`
