/** The machine: one event in, the next state and the effects out. */
import type { NodeId } from '../wire/index.ts'
import { STALL_GRACE_MAX_MS, STALL_MS } from './limits.ts'
import type { MembershipMessage, MessageBody } from './messages.ts'
import { endSuspicion, hear, raiseIncarnation, sameAddresses } from './news.ts'
import { beginRound, endProbePhase, probeUrgently, settleProbe } from './probing.ts'
import { compose, sayHello, spreadChanges } from './spread.ts'
import { type MembershipState, viewOf } from './state.ts'
import { beginTurn, endTurn, isPresent, post, replaceMember, type Turn } from './turn.ts'
import type { MembershipEffect, MembershipEvent, MembershipTimer, StepEnv } from './types.ts'

/**
 * Decides what an event means. Pure: the same arguments give the same result. A message from outside the roster, a
 * stale timer, and any event after `leave` change nothing.
 */
export const step = (
  state: MembershipState,
  event: MembershipEvent,
  env: StepEnv,
): { readonly state: MembershipState; readonly effects: readonly MembershipEffect[] } => {
  if (state.own.left) return { state, effects: [] }
  const turn = beginTurn(state, env)
  handle(turn, event)
  spreadChanges(turn, event.type === 'received' ? event.from : null)
  return endTurn(turn, compose)
}

const handle = (turn: Turn, event: MembershipEvent): void => {
  switch (event.type) {
    case 'started':
      handleStarted(turn)
      break
    case 'roster':
      handleRoster(turn, event.members)
      break
    case 'received':
      handleMessage(turn, event.from, event.message)
      break
    case 'timer':
      handleTimer(turn, event.timer)
      break
    case 'connected':
      if (turn.members.has(event.peer)) sayHello(turn, event.peer, false)
      break
    case 'disconnected':
      probeUrgently(turn, event.peer)
      break
    case 'addresses':
      handleAddresses(turn, event.addresses)
      break
    case 'leave':
      sayGoodbye(turn)
  }
}

const handleStarted = (turn: Turn): void => {
  turn.own = { ...turn.own, sinceMs: turn.env.nowMs }
  turn.persist = true
  beginRound(turn)
}

const handleRoster = (turn: Turn, roster: ReadonlySet<NodeId>): void => {
  const added = [...roster].filter((node) => node !== turn.own.node && !turn.members.has(node))
  for (const member of [...turn.members.current().values()]) {
    if (roster.has(member.node)) continue
    turn.members.delete(member.node)
    turn.outbox.delete(member.node)
    turn.probes.delete(member.node)
    turn.changes.push({ member: null, previous: viewOf(member) })
  }
  for (const node of added) {
    const sinceMs = turn.env.nowMs
    replaceMember(turn, { node, state: 'unknown', incarnation: 0, addresses: [], sinceMs, rtt: null })
  }
  for (const node of added) sayHello(turn, node, true)
}

const handleMessage = (turn: Turn, from: NodeId, { speaker, news, body }: MembershipMessage): void => {
  const before = turn.members.get(from)
  if (before === undefined) return
  const { incarnation, left, addresses } = speaker
  hear(turn, { node: from, state: left ? 'left' : 'alive', incarnation, addresses })
  // Another half of a healed partition may call our living dead: that is a suspicion, until they had time to refute.
  const inFull = body.type === 'hello'
  for (const said of news) hear(turn, inFull && said.state === 'dead' ? { ...said, state: 'suspect' } : said)
  if (before.state === 'dead' && isPresent(turn.members.get(from))) sayHello(turn, from, true)
  handleBody(turn, from, body)
}

const handleBody = (turn: Turn, from: NodeId, body: MessageBody): void => {
  switch (body.type) {
    case 'ping':
      post(turn, from, { type: 'ack', number: body.number, origin: body.origin })
      break
    case 'ack':
      if (body.origin === turn.own.node) settleProbe(turn, from, body.number, true)
      else if (turn.members.has(body.origin))
        post(turn, body.origin, { type: 'vouch', number: body.number, target: from })
      break
    case 'pingRequest':
      if (turn.members.has(body.target))
        post(turn, body.target, { type: 'ping', number: body.number, origin: from })
      break
    case 'vouch':
      settleProbe(turn, body.target, body.number, false)
      break
    case 'hello':
      if (body.ask) sayHello(turn, from, false)
  }
}

/** A late timer shows that this process was stalled; for as long as it was away, at most, it judges nobody. */
const noticeStall = (turn: Turn, dueMs: number): void => {
  const { nowMs } = turn.env
  const lateMs = nowMs - dueMs
  if (lateMs > STALL_MS)
    turn.judgesFromMs = Math.max(turn.judgesFromMs, nowMs + Math.min(lateMs, STALL_GRACE_MAX_MS))
}

const handleTimer = (turn: Turn, timer: MembershipTimer): void => {
  noticeStall(turn, timer.dueMs)
  switch (timer.type) {
    case 'round':
      if (timer.round === turn.round) beginRound(turn)
      break
    case 'probe':
      endProbePhase(turn, timer.node, timer.number)
      break
    case 'suspicion':
      endSuspicion(turn, timer.node, timer.incarnation)
  }
}

const handleAddresses = (turn: Turn, addresses: readonly string[]): void => {
  if (sameAddresses(addresses, turn.own.addresses)) return
  turn.own = { ...turn.own, addresses }
  raiseIncarnation(turn, turn.own.incarnation)
}

const sayGoodbye = (turn: Turn): void => {
  turn.own = { ...turn.own, left: true, sinceMs: turn.env.nowMs }
  for (const member of turn.members.current().values())
    if (member.state !== 'dead' && member.state !== 'left') post(turn, member.node, { type: 'news' })
}
