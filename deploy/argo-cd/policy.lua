-- Policies, which have a status for each Gateway that they reach.
local ancestors = (obj.status or {}).ancestors or {}
for _, ancestor in ipairs(ancestors) do
  for _, condition in ipairs(ancestor.conditions or {}) do
    if condition.observedGeneration ~= obj.metadata.generation then
      return { status = "Progressing", message = "this generation has not been judged yet" }
    elseif condition.status == "False" and (condition.type == "Accepted" or condition.type == "ResolvedRefs") then
      return { status = "Degraded", message = ancestor.ancestorRef.name .. ": " .. (condition.message or condition.reason) }
    end
  end
end
if #ancestors == 0 then
  return { status = "Progressing", message = "it reaches no Gateway yet" }
end
return { status = "Healthy", message = "accepted" }
