-- TLSRoute, TCPRoute, UDPRoute: what each parent says of it, of its present generation.
local wanted = #((obj.spec or {}).parentRefs or {})
local current = 0
for _, parent in ipairs((obj.status or {}).parents or {}) do
  local stale = false
  for _, condition in ipairs(parent.conditions or {}) do
    if condition.observedGeneration ~= obj.metadata.generation then
      stale = true
    elseif condition.status == "False" and (condition.type == "Accepted" or condition.type == "ResolvedRefs") then
      return { status = "Degraded", message = parent.parentRef.name .. ": " .. (condition.message or condition.reason) }
    end
  end
  if not stale then
    current = current + 1
  end
end
if current < wanted then
  return { status = "Progressing", message = current .. " of " .. wanted .. " parents have judged this generation" }
end
return { status = "Healthy", message = "accepted" }
