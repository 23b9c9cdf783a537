-- May a request to Fortnox go now, or when? The specification is window.py's; here with the clock of Redis and a state
-- that all processes share. Grants up to `ahead` seconds in the future are booked at once, so that callers sleep and
-- do not ask again. A state that is not of this run of Redis is unknown, and unknown is as good as all spent.
--
-- KEYS: the company's state, the epoch. ARGV: take | background | pause, now or '', ahead, background_every, pause_s,
-- ages of grants that were made while Redis was away, spacing of a backlog.
-- Answers {granted (1 or 0), seconds to wait, spacing}.

local LIMIT, WINDOW, EXACT, MEMORY, BURST = 25, 5.0, 5.1, 10.0, 10
local MIXED, BACKGROUND, STEP, SLOW = 24, 10, 0.01, 600.0
local op, ahead, every = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local base_spacing = tonumber(ARGV[7])

local function clock()
  if ARGV[2] ~= '' then return tonumber(ARGV[2]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) - 1700000000 + tonumber(time[2]) / 1000000
end

local now = clock()

local function numbers(text)
  local found = {}
  for each in string.gmatch(text or '', '%S+') do found[#found + 1] = tonumber(each) end
  return found
end

local function joined(list)
  local parts = {}
  for place, each in ipairs(list) do parts[place] = string.format('%.6f', each) end
  return table.concat(parts, ' ')
end

-- Since when this run of Redis keeps the state, and which run it is.
local function epoch()
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  local known = redis.call('HMGET', KEYS[2], 'run', 'since')
  if known[1] == run and known[2] then return run, tonumber(known[2]) end
  redis.call('HSET', KEYS[2], 'run', run, 'since', string.format('%.6f', now))
  return run, now
end

local run, since = epoch()
local state = redis.call('HMGET', KEYS[1], 'run', 'grants', 'background', 'paused', 'slow_until', 'slowness')
local grants, background = {}, {}
local paused, slow_until, slowness = -1e18, -1e18, 1.0
if state[1] == run then
  grants, background = numbers(state[2]), numbers(state[3])
  paused, slow_until, slowness = tonumber(state[4]), tonumber(state[5]), tonumber(state[6])
elseif now - since < MEMORY then
  for place = 1, LIMIT do grants[place] = since end
end
for _, age in ipairs(numbers(ARGV[6])) do grants[#grants + 1] = now - age end
table.sort(grants)

local function remembered(list)
  local kept = {}
  for _, each in ipairs(list) do
    if each > now - MEMORY then kept[#kept + 1] = each end
  end
  return kept
end

grants, background = remembered(grants), remembered(background)

local function spacing(at)
  if at < slow_until then return base_spacing * slowness end
  return base_spacing
end

local all = {}
for _, each in ipairs(grants) do all[#all + 1] = each end
for _, each in ipairs(background) do all[#all + 1] = each end
table.sort(all)

local function weighted(start, at)
  local current, previous = 0, 0
  for _, each in ipairs(all) do
    if each >= start then current = current + 1
    elseif each >= start - WINDOW then previous = previous + 1 end
  end
  return current + 1 + previous * (1 - (at - start) / WINDOW)
end

local function fits(at, limit)
  local inside = 0
  for _, each in ipairs(all) do
    if each > at - EXACT then inside = inside + 1 end
  end
  if inside >= limit or weighted(at, at) > limit then return false end
  for _, each in ipairs(all) do
    for _, start in ipairs({each, each + WINDOW}) do
      if at - WINDOW < start and start < at and weighted(start, at) > limit then return false end
    end
  end
  return true
end

local function first_fit(at, limit)
  if #all >= limit then at = math.max(at, all[#all - limit + 1] + EXACT) end
  while not fits(at, limit) do at = at + STEP end
  return at
end

local function keep()
  redis.call('HSET', KEYS[1], 'run', run, 'grants', joined(grants), 'background', joined(background),
    'paused', string.format('%.6f', paused), 'slow_until', string.format('%.6f', slow_until),
    'slowness', string.format('%.6f', slowness))
  local lasts = math.max(MEMORY + ahead, paused - now, slow_until - now)
  redis.call('PEXPIRE', KEYS[1], math.ceil(lasts * 1000) + 1000)
end

local function answer(granted, at)
  return {granted, string.format('%.6f', at - now), string.format('%.6f', spacing(now))}
end

if op == 'pause' then
  paused = math.max(paused, now + tonumber(ARGV[5]))
  slowness = math.min((now < slow_until and slowness or 1.0) / 0.95, 2.0)
  slow_until = now + SLOW
  keep()
  return answer(0, paused)
end

local at, limit = math.max(now, paused), LIMIT
if op == 'background' then
  at, limit = math.max(at, slow_until), BACKGROUND
  if #background > 0 then at = math.max(at, background[#background] + every) end
else
  local burst = now < slow_until and 1 or BURST
  if #grants >= burst then at = math.max(at, grants[#grants] + spacing(now)) end
  if #background > 0 then limit = MIXED end
end
at = first_fit(at, limit)
if at - now > ahead then
  if #ARGV[6] > 0 then keep() end
  return answer(0, at)
end
if op == 'background' then background[#background + 1] = at else grants[#grants + 1] = at end
keep()
return answer(1, at)
