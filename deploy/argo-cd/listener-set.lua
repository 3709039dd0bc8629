-- ListenerSet: itself first, then its listeners.
local function judge(conditions, what)
  for _, condition in ipairs(conditions or {}) do
    if condition.observedGeneration ~= obj.metadata.generation then
      return { status = "Progressing", message = what .. "this generation has not been judged yet" }
    elseif condition.status == "False" and (condition.type == "Accepted" or condition.type == "ResolvedRefs") then
      return { status = "Degraded", message = what .. (condition.message or condition.reason) }
    elseif condition.status ~= "True" and condition.type == "Programmed" then
      return { status = "Progressing", message = what .. (condition.message or "not programmed yet") }
    end
  end
end
local status = obj.status or {}
local verdict = judge(status.conditions, "")
for _, listener in ipairs(status.listeners or {}) do
  verdict = verdict or judge(listener.conditions, listener.name .. ": ")
end
if #(status.conditions or {}) == 0 then
  return { status = "Progressing", message = "no Gateway has judged it yet" }
end
return verdict or { status = "Healthy", message = "programmed" }
