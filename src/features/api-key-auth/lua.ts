import { Buffer } from 'node:buffer'
import type { KeyPlace } from './ir.ts'

/**
 * Takes keys from the request, by the same rules as key-places.ts: Envoy's own filter decodes what is left of a query, and a
 * parameter could become two.
 */
export function hidingProgram(places: readonly KeyPlace[]): string {
  const set = (where: KeyPlace['in']) =>
    places.flatMap((place) => (place.in === where ? [`[${quote(place.name)}] = true`] : [])).join(', ')
  return `
local fields = { ${set('header')} }
local params = { ${set('param')} }
local cookies = { ${set('cookie')} }

local function named(pair)
  local name = pair:match("^[^=]*"):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  return name
end

function envoy_on_request(handle)
  local headers = handle:headers()
  for name in pairs(fields) do headers:remove(name) end
  local path = headers:get(":path")
  local mark = path:find("?", 1, true)
  if mark then
    local left, all = {}, 0
    for pair in (path:sub(mark + 1) .. "&"):gmatch("([^&]*)&") do
      all = all + 1
      if not params[named(pair)] then left[#left + 1] = pair end
    end
    if #left == 0 then
      headers:replace(":path", path:sub(1, mark - 1))
    elseif #left < all then
      headers:replace(":path", path:sub(1, mark) .. table.concat(left, "&"))
    end
  end
  local sent = headers:get("cookie")
  if sent then
    local left, all = {}, 0
    for pair in (sent .. ";"):gmatch("([^;]*);") do
      all = all + 1
      local text = pair:match("^%s*(.-)%s*$")
      if not cookies[text:match("^([^=]*)"):match("^(.-)%s*$")] then left[#left + 1] = text end
    end
    if #left == 0 then
      headers:remove("cookie")
    elseif #left < all then
      headers:replace("cookie", table.concat(left, "; "))
    end
  end
end
`
}

/** Any text as one of Lua. */
function quote(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')]
  return `"${bytes.map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`
}
