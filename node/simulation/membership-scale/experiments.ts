/** What is measured of a simulated mesh; each function is one run, from its seed. */
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Range } from '../random.ts'
import type { Busyness, SimulatedMember } from './member.ts'
import { createScaleMesh, type ScaleMesh, type ScaleMeshInit } from './mesh.ts'

/** In a mesh of up to 100 all have probed many others by then, some all; in a larger one that would take minutes. */
const settleMsOf = (size: number): number => (size <= 100 ? 10_000 : 3_000)
/** Nothing that is measured takes longer; what does is counted as this. */
const LONGEST_MS = 60_000
/** Share of the members that must know of a change. */
const NEARLY_ALL = 0.99

const settled = (init: ScaleMeshInit): ScaleMesh => {
  const mesh = createScaleMesh(init)
  mesh.pass(settleMsOf(init.size))
  return mesh
}

export interface IdleCost {
  readonly messagesPerSecond: number
  readonly sentKbitPerSecond: number
  readonly receivedKbitPerSecond: number
}

/** What one member sends and receives, on average, while nothing happens. */
export const measureIdle = (init: ScaleMeshInit, seconds: number): IdleCost => {
  const mesh = settled(init)
  mesh.links.count()
  mesh.pass(seconds * 1_000)
  const { messages, sentBytes, receivedBytes } = mesh.links.traffic()
  const memberSeconds = init.size * seconds
  const kbit = (bytes: number): number => (bytes * 8) / 1_000 / memberSeconds
  return {
    messagesPerSecond: messages / memberSeconds,
    sentKbitPerSecond: kbit(sentBytes),
    receivedKbitPerSecond: kbit(receivedBytes),
  }
}

/** The times since `startMs` at which the first, and 99 % of `others`, heard. */
const untilNearlyAll = (
  mesh: ScaleMesh,
  others: number,
  times: () => readonly number[],
): { readonly firstMs: number; readonly nearlyAllMs: number } => {
  const startMs = mesh.nowMs()
  const wanted = Math.ceil(NEARLY_ALL * others)
  mesh.passUntil(() => times().length >= wanted, LONGEST_MS)
  const [first = startMs + LONGEST_MS] = times()
  const nearlyAll = times()[wanted - 1] ?? startMs + LONGEST_MS
  return { firstMs: first - startMs, nearlyAllMs: nearlyAll - startMs }
}

export interface Spread {
  /** From what happened to the first that holds it so. */
  readonly firstMs: number
  /** To 99 % of the others. */
  readonly nearlyAllMs: number
}

const last = (mesh: ScaleMesh): SimulatedMember => mesh.members[mesh.members.length - 1] as SimulatedMember

/** It may have refuted something before. */
const incarnationOf = (member: SimulatedMember): number => member.views()[0]?.incarnation ?? 0

/** A member falls silent; when is it dead for the others? */
export const measureDeath = (init: ScaleMeshInit): Spread => {
  const mesh = settled(init)
  const silent = last(mesh)
  silent.fallSilent()
  const incarnation = incarnationOf(silent)
  return untilNearlyAll(mesh, init.size - 1, () => mesh.knowledge.times(silent.node, incarnation, 'dead'))
}

/** A member's process ends and closes its connections; when is it dead for the others? */
export const measureKill = (init: ScaleMeshInit): Spread => {
  const mesh = settled(init)
  const killed = last(mesh)
  killed.fallSilent()
  const incarnation = incarnationOf(killed)
  for (const member of mesh.members) member.happen({ type: 'disconnected', peer: killed.node })
  return untilNearlyAll(mesh, init.size - 1, () => mesh.knowledge.times(killed.node, incarnation, 'dead'))
}

/** A member moves; when do the others know its address? */
export const measureMove = (init: ScaleMeshInit): Spread => {
  const mesh = settled(init)
  const moved = last(mesh)
  moved.happen({ type: 'addresses', addresses: ['/ip4/198.51.100.9/tcp/7946'] })
  const incarnation = incarnationOf(moved)
  return untilNearlyAll(mesh, init.size - 1, () => mesh.knowledge.times(moved.node, incarnation, 'alive'))
}

/** One more member starts; when is it alive for the others? */
export const measureJoin = (init: ScaleMeshInit): Spread => {
  const mesh = settled(init)
  const joiner = mesh.join()
  return untilNearlyAll(mesh, init.size, () => mesh.knowledge.times(joiner.node, 1, 'alive'))
}

export interface Healing {
  /** From when two halves meet again until everybody is alive for everybody; null where never. */
  readonly wholeMs: number | null
  /** How often a member was meanwhile seen to be dead for one of its own half. */
  readonly buried: number
}

const LOOK_EVERY_MS = 500

/** Two halves part for a while; how soon are they one again, and do they bury their own on each other's word? */
export const measureHealing = (init: ScaleMeshInit, apartMs: number): Healing => {
  const mesh = settled(init)
  const half = new Set(mesh.members.slice(0, init.size / 2).map(({ node }) => node))
  mesh.links.split(half)
  mesh.pass(apartMs)
  mesh.links.split(new Set())
  const startMs = mesh.nowMs()
  let buried = 0
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += LOOK_EVERY_MS) {
    const notAlive = mesh.members.flatMap((member) =>
      member
        .views()
        .filter(({ state }) => state !== 'alive')
        .map(({ node, state }) => ({ state, isOwn: half.has(node) === half.has(member.node) })),
    )
    buried += notAlive.filter(({ state, isOwn }) => state === 'dead' && isOwn).length
    if (notAlive.length === 0) return { wholeMs: mesh.nowMs() - startMs, buried }
    mesh.pass(LOOK_EVERY_MS)
  }
  return { wholeMs: null, buried }
}

export interface Load {
  readonly kind: Busyness
  /** How many of the members are busy by turns. */
  readonly members: number
  readonly busyMs: Range
  readonly freeMs: Range
}

export interface FalseDeaths {
  /** Members that were well, each counted once per incarnation. */
  readonly ofWell: number
  /** Members that were busy by turns, but ran. */
  readonly ofBusy: number
}

/** Nobody dies. Who is held to be dead all the same? */
export const countFalseDeaths = (init: ScaleMeshInit, load: Load, seconds: number): FalseDeaths => {
  const mesh = settled(init)
  const busy = new Set<NodeId>()
  for (const member of mesh.members.slice(0, load.members)) {
    busy.add(member.node)
    mesh.overload(member, load.kind, load.busyMs, load.freeMs)
  }
  mesh.pass(seconds * 1_000)
  const dead = mesh.knowledge.subjects('dead')
  const ofBusy = dead.filter((node) => busy.has(node)).length
  return { ofWell: dead.length - ofBusy, ofBusy }
}
