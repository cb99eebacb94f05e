/** The majority of the voters is given up, and somebody recovers at a member that is left. */
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { between, chance, pick, type Range, shuffle } from '../random.ts'

/** From the loss to the recovery. */
const GIVEN_UP_MS: Range = [200, 5_000]
/** Until the lost ones return. */
const AWAY_MS: Range = [3_000, 9_000]
/** In how many they are dead; in the others they live on behind a cut, and decide. */
const DEAD_RATIO = 0.6
/** In how many two people recover at once. */
const TWICE_RATIO = 0.3
/** In how many whoever recovers does not care who knows more. */
const FORCE_RATIO = 0.4
/** In how many the machine falls while it recovers. */
const FALLS_RATIO = 0.3

export interface Disasters {
  /** Loses a majority of the voters, has somebody recover, and lets the lost ones return. Tells in words what it does. */
  strike(): string
  /** Whether the machine must stay off for now. */
  isDead(node: NodeId): boolean
  /** Whether somebody recovers, or recovered, there. */
  recovers(node: NodeId): boolean
}

const votersOf = ({ machines }: Mesh): readonly NodeId[] => {
  const views = machines.flatMap(({ core }) => core?.planes.consensus.view() ?? [])
  const [newest] = views.sort((a, b) => b.lastTerm - a.lastTerm || b.lastIndex - a.lastIndex)
  return newest?.configuration.voters ?? []
}

export const createDisasters = (mesh: Mesh): Disasters => {
  const { timeline, random, network, machines } = mesh
  const dead = new Set<NodeId>()
  const recovering = new Set<NodeId>()

  const recover = (machine: Machine): void => {
    const { core, disk } = machine
    if (core === null) return
    recovering.add(machine.self)
    if (chance(random, FALLS_RATIO))
      disk.atNextSync(pick(random, ['before', 'after']), () => machine.losePower())
    // It may be refused, or fall in the midst of it.
    core.planes.generations.recover({ force: chance(random, FORCE_RATIO) }).catch(() => undefined)
  }

  const cut = (some: readonly NodeId[], others: readonly NodeId[]): (() => void) => {
    const pairs = some.flatMap((one) =>
      others.flatMap((other) => [[one, other] as const, [other, one] as const]),
    )
    for (const [from, to] of pairs) network.links.cut(from, to)
    return () => {
      for (const [from, to] of pairs) network.links.mend(from, to)
    }
  }

  return {
    isDead: (node) => dead.has(node),
    recovers: (node) => recovering.has(node),
    strike: () => {
      const voters = votersOf(mesh)
      const isLost = new Set(shuffle(random, voters).slice(0, Math.floor(voters.length / 2) + 1))
      const lost = machines.filter(({ self }) => isLost.has(self))
      const left = shuffle(
        random,
        machines.filter(({ self }) => !isLost.has(self)),
      )
      const areDead = chance(random, DEAD_RATIO)
      const mends = [
        cut(
          lost.map(({ self }) => self),
          left.map(({ self }) => self),
        ),
      ]
      if (areDead)
        for (const machine of lost) {
          dead.add(machine.self)
          machine.losePower()
        }
      const twice = left.length > 1 && chance(random, TWICE_RATIO)
      if (twice)
        mends.push(
          cut(
            [left[0]?.self as NodeId],
            left.slice(1).map(({ self }) => self),
          ),
        )
      timeline.after(between(random, GIVEN_UP_MS), () => {
        for (const machine of left.slice(0, twice ? 2 : 1)) recover(machine)
      })
      timeline.after(between(random, AWAY_MS), () => {
        for (const mend of mends) mend()
        for (const machine of lost) {
          dead.delete(machine.self)
          machine.start()
        }
      })
      const names = (those: readonly Machine[]): string => those.map(({ name }) => name).join(', ')
      return `${names(lost)} ${areDead ? 'die' : 'are cut off'}; somebody will recover at ${names(left.slice(0, twice ? 2 : 1))}`
    },
  }
}
