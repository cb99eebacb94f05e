/** The machine: one event in, the next state and the effects out. */
import type { NodeId } from '../wire/index.ts'
import { answerDigest, compare, greet } from './comparison.ts'
import { hashOf } from './digest.ts'
import { APART_MS, FANOUT } from './limits.ts'
import type { MembershipMessage, MessageBody, News } from './messages.ts'
import { hear, hearRecord, hearWithDoubt, raiseIncarnation, sameAddresses } from './news.ts'
import { beginRound, endProbePhase, hearRelay, probeUrgently, settleProbe } from './probing.ts'
import { endRelay, relayAck, relayPing } from './relaying.ts'
import { compose, confrontFallen, spreadChanges } from './spread.ts'
import { type Member, type MembershipState, viewOf } from './state.ts'
import { isStall, noticeStall } from './strain.ts'
import { endSuspicion, renewSuspicions } from './suspicion.ts'
import { beginTurn, endTurn, isOneOfFew, isPresent, pick, post, type Turn } from './turn.ts'
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
  if (state.own.left || isAnswered(state, event, env)) return { state, effects: [] }
  const turn = beginTurn(state, env)
  handle(turn, event)
  confrontFallen(turn)
  spreadChanges(turn, event.type === 'received' ? event.from : null)
  return endTurn(turn, compose)
}

/** Whether this is the timer of a question that was answered meanwhile, as nearly all are, and it tells of no stall. */
const isAnswered = ({ probes }: MembershipState, event: MembershipEvent, { nowMs }: StepEnv): boolean =>
  event.type === 'timer' &&
  event.timer.type === 'probe' &&
  probes.get(event.timer.node)?.number !== event.timer.number &&
  !isStall(nowMs, event.timer.dueMs)

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
      handleConnected(turn, event.peer)
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

const unknown = (node: NodeId, nowMs: number): Member => ({
  node,
  hash: hashOf(node),
  state: 'unknown',
  incarnation: 0,
  addresses: [],
  sinceMs: nowMs,
  rtt: null,
  wasInTime: true,
  apartMs: Number.NEGATIVE_INFINITY,
  suspicion: null,
})

const handleRoster = (turn: Turn, roster: ReadonlySet<NodeId>): void => {
  const removed = turn.members.filter(({ node }) => !roster.has(node))
  const added = [...roster]
    .filter((node) => node !== turn.own.node && !turn.members.has(node))
    .map((node) => unknown(node, turn.env.nowMs))
  if (removed.length + added.length === 0) return
  turn.members.reset([...turn.members.filter(({ node }) => roster.has(node)), ...added])
  for (const { node } of removed) turn.probes.delete(node)
  turn.outbox = turn.outbox.filter(({ node }) => turn.members.has(node))
  turn.changes.push(
    ...removed.map((member) => ({ member: null, previous: viewOf(member) })),
    ...added.map((member) => ({ member: viewOf(member), previous: null })),
  )
  meet(turn, added)
}

/** The first contact with new members: who starts compares with some of all, and of the others a few do with the one that starts. */
const meet = (turn: Turn, added: readonly Member[]): void => {
  if (added.length === 0 || !isOneOfFew(turn, added.length)) return
  const nodes = new Set(added.map(({ node }) => node))
  for (const { node } of pick(turn, FANOUT, (member) => nodes.has(member.node))) compare(turn, node)
}

const handleConnected = (turn: Turn, peer: NodeId): void => {
  const member = turn.members.get(peer)
  if (member !== undefined) greet(turn, member)
}

/** Whether a member may tell of deaths as it saw them on the other side of a partition. */
const wasApart = (turn: Turn, from: NodeId, news: readonly News[]): boolean => {
  const { node } = turn.own
  const { nowMs } = turn.env
  const member = turn.members.get(from)
  if (member === undefined) return false
  const buriesUs = news.some((said) => said.node === node && said.state === 'dead')
  if (buriesUs) turn.members.replace({ ...member, apartMs: nowMs })
  return buriesUs || member.state === 'dead' || nowMs - member.apartMs < APART_MS
}

const handleMessage = (turn: Turn, from: NodeId, { speaker, news, body }: MembershipMessage): void => {
  const before = turn.members.get(from)
  if (before === undefined) return
  const { incarnation, left, addresses } = speaker
  hear(turn, { node: from, state: left ? 'left' : 'alive', incarnation, addresses, accusers: [] })
  const isInDoubt = wasApart(turn, from, news)
  for (const said of news) {
    if (body.type === 'records') hearRecord(turn, from, said)
    else if (isInDoubt) hearWithDoubt(turn, from, said)
    else hear(turn, said)
  }
  if (before.state === 'dead' && isPresent(turn.members.get(from))) greet(turn, before)
  handleBody(turn, from, body)
}

const handleBody = (turn: Turn, from: NodeId, body: MessageBody): void => {
  switch (body.type) {
    case 'ping':
      post(turn, from, { type: 'ack', number: body.number, origin: body.origin })
      break
    case 'ack':
      if (body.origin === turn.own.node) settleProbe(turn, from, body.number, true)
      else relayAck(turn, from, body.origin, body.number)
      break
    case 'pingRequest':
      relayPing(turn, from, body)
      break
    case 'vouch':
      settleProbe(turn, body.target, body.number, false)
      break
    case 'nack':
      hearRelay(turn, body.target, body.number)
      break
    case 'digest':
      answerDigest(turn, from, body.sums, body.ask)
  }
}

const handleTimer = (turn: Turn, timer: MembershipTimer): void => {
  if (noticeStall(turn, timer.dueMs)) catchUp(turn)
  switch (timer.type) {
    case 'round':
      if (timer.round === turn.round) beginRound(turn)
      break
    case 'probe':
      endProbePhase(turn, timer.node, timer.number)
      break
    case 'relayed':
      endRelay(turn, timer.key)
      break
    case 'suspicion':
      endSuspicion(turn, timer.node, timer.incarnation)
  }
}

/** This node stood still: what refutes a suspicion may have waited meanwhile, and what else happened the others know. */
const catchUp = (turn: Turn): void => {
  renewSuspicions(turn)
  for (const { node } of pick(turn, turn.allowance.comparisons, isPresent)) compare(turn, node)
}

const handleAddresses = (turn: Turn, addresses: readonly string[]): void => {
  if (sameAddresses(addresses, turn.own.addresses)) return
  turn.own = { ...turn.own, addresses }
  raiseIncarnation(turn, turn.own.incarnation)
}

const sayGoodbye = (turn: Turn): void => {
  turn.own = { ...turn.own, left: true, sinceMs: turn.env.nowMs }
  const listening = turn.members.filter(({ state }) => state !== 'dead' && state !== 'left')
  for (const { node } of listening) post(turn, node, { type: 'news' })
}
