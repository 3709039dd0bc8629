import { createHash } from 'node:crypto'

/**
 * Takes a cost from a window, or nothing, in one step. A window begins with the first cost, and Redis alone says when it is over: clocks of
 * proxies may differ.
 *
 * KEYS: the count. ARGV: cost; limit; length of the window in ms; whether the cost is taken in any case.
 * Returns whether it was allowed, what is used now, and the ms until the window is over.
 */
export const takeScript = `
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = redis.call('PTTL', KEYS[1])
local allowed = 1
if ARGV[4] == '0' and used + tonumber(ARGV[1]) > tonumber(ARGV[2]) then
  allowed = 0
elseif ARGV[1] ~= '0' then
  used = redis.call('INCRBY', KEYS[1], ARGV[1])
  if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
if left < 0 then left = tonumber(ARGV[3]) end
return { allowed, used, left }
`

/** What Redis knows a script by. */
export const takeScriptHash = createHash('sha1').update(takeScript).digest('hex')
