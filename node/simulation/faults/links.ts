import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { CLEAN_LINKS } from '../network/index.ts'
import { between, pick, type Range, shuffle } from '../random.ts'
import { anyMachine, type Fault, lasts, leaderOrAny } from './fault.ts'

/** From one move of a partition's border to the next. */
const MOVE_MS: Range = [100, 1_500]
/** How often it moves. */
const MOVES: Range = [1, 6]

/** A cut that outlasts what the others wait for before they move what ran there, in milliseconds. */
const LONG_MS: Range = [5_000, 15_000]

/** Messages that come seconds late, while links are bad. */
const LATE_RATIOS = [0, 0, 0.005, 0.05]

type Cut = readonly [from: NodeId, to: NodeId]

export const idsOf = ({ machines }: Mesh): NodeId[] => machines.map(({ self }) => self)

/** Cuts these directions; the returned function mends them. */
export const cutAll = ({ network: { links } }: Mesh, cuts: readonly Cut[]): (() => void) => {
  for (const [from, to] of cuts) links.cut(from, to)
  return () => {
    for (const [from, to] of cuts) links.mend(from, to)
  }
}

export const acrossBoth = (some: readonly NodeId[], others: readonly NodeId[]): Cut[] =>
  some.flatMap((one) =>
    others.flatMap((other): Cut[] => [
      [one, other],
      [other, one],
    ]),
  )

/** Two groups, neither of them empty. */
const groupsOf = (mesh: Mesh): [NodeId[], NodeId[]] => {
  const shuffled = shuffle(mesh.random, idsOf(mesh))
  const size = 1 + Math.floor(mesh.random() * (shuffled.length - 1))
  return [shuffled.slice(0, size), shuffled.slice(size)]
}

/** Cuts one machine off from all others; returned is the end of it. */
export const cutAround = (mesh: Mesh, { self }: Pick<Machine, 'self'>): (() => void) =>
  cutAll(
    mesh,
    acrossBoth(
      [self],
      idsOf(mesh).filter((other) => other !== self),
    ),
  )

export const split: Fault = (mesh) => {
  const [some, others] = groupsOf(mesh)
  lasts(mesh, cutAll(mesh, acrossBoth(some, others)))
  return `the network splits: ${some.join(', ')} apart`
}

/** Long enough for deaths to be declared, and for everything to go on without the others. */
export const splitForLong: Fault = (mesh) => {
  const [some, others] = groupsOf(mesh)
  lasts(mesh, cutAll(mesh, acrossBoth(some, others)), LONG_MS)
  return `the network splits for long: ${some.join(', ')} apart`
}

/** A partition whose border moves: now one node and then another changes sides, so no side lasts. */
export const splitThatMoves: Fault = (mesh) => {
  const { timeline, random } = mesh
  let [some, others] = groupsOf(mesh)
  const first = some
  let movesLeft = Math.round(between(random, MOVES))
  const next = (): void => {
    const mend = cutAll(mesh, acrossBoth(some, others))
    timeline.after(between(random, MOVE_MS), () => {
      mend()
      movesLeft -= 1
      const mover = pick(random, [...some, ...others])
      const isSome = some.includes(mover)
      const from = (isSome ? some : others).filter((node) => node !== mover)
      const to = [...(isSome ? others : some), mover]
      ;[some, others] = isSome ? [from, to] : [to, from]
      if (movesLeft > 0) next()
    })
  }
  next()
  return `the network splits, and the split moves: at first ${first.join(', ')} apart`
}

export const deafen: Fault = (mesh) => {
  const { self } = leaderOrAny(mesh)
  const others = idsOf(mesh).filter((other) => other !== self)
  lasts(
    mesh,
    cutAll(
      mesh,
      others.map((other): Cut => [other, self]),
    ),
  )
  return `${self} hears nobody`
}

export const mute: Fault = (mesh) => {
  const { self } = anyMachine(mesh)
  const others = idsOf(mesh).filter((other) => other !== self)
  lasts(
    mesh,
    cutAll(
      mesh,
      others.map((other): Cut => [self, other]),
    ),
  )
  return `nobody hears ${self}`
}

export const cutOneWay: Fault = (mesh) => {
  const [from, to] = shuffle(mesh.random, idsOf(mesh)) as [NodeId, NodeId]
  lasts(mesh, cutAll(mesh, [[from, to]]))
  return `${to} does not hear ${from}`
}

/** No two sides: each hears some, and no node hears all. */
export const cutAtRandom: Fault = (mesh) => {
  const ids = idsOf(mesh)
  const cuts = ids.flatMap((from) =>
    ids.filter((to) => to !== from && mesh.random() < 0.4).map((to): Cut => [from, to]),
  )
  lasts(mesh, cutAll(mesh, cuts))
  return `${cuts.length} directions are cut`
}

export const worsen: Fault = (mesh) => {
  const { network, random } = mesh
  network.links.setQuality({
    delayMs: [1, between(random, [5, 400])],
    lossRatio: between(random, [0, 0.3]),
    duplicateRatio: between(random, [0, 0.3]),
    lateRatio: pick(random, LATE_RATIOS),
  })
  lasts(mesh, () => network.links.setQuality(CLEAN_LINKS))
  return 'the links are bad'
}
