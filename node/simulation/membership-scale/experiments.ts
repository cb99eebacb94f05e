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

/** Two halves part for a while; how long after they meet again is everybody alive for everybody? Null where never. */
export const measureHealing = (init: ScaleMeshInit, apartMs: number): number | null => {
  const mesh = settled(init)
  mesh.links.split(new Set(mesh.members.slice(0, init.size / 2).map(({ node }) => node)))
  mesh.pass(apartMs)
  mesh.links.split(new Set())
  const startMs = mesh.nowMs()
  const isWhole = (): boolean =>
    mesh.members.every((member) => member.views().every(({ state }) => state === 'alive'))
  const LOOK_EVERY_MS = 500
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += LOOK_EVERY_MS) {
    if (isWhole()) return mesh.nowMs() - startMs
    mesh.pass(LOOK_EVERY_MS)
  }
  return null
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
