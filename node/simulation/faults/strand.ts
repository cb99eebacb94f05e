import type { Mesh } from '../mesh.ts'
import { pick, type Range, shuffle } from '../random.ts'
import { type Fault, lasts, leads } from './fault.ts'
import { acrossBoth, cutAll, idsOf } from './links.ts'
import { lose, votes } from './voters.ts'

/** How many may vote in place of the others. */
const SUCCESSORS = [3, 1]
/** When the others are asked for, in milliseconds after the cut. */
const ASK_AT_MS = [0, 500, 1_500]
/** From one loss to the next: whoever is asked for other voters meanwhile has noticed that this one is gone. */
const LOSE_EVERY_MS = 3_500
/** Until all of them are lost. */
const CUT_MS: Range = [11_000, 15_000]

/** Once in a run: who would be asked for next may just be lost. */
const stranded = new WeakSet<Mesh>()

/**
 * A node that does not vote is cut off for long. Meanwhile other members vote than it holds to be voters, and these are lost:
 * those that it knows are enough to find the mesh by, and none of them is a voter that it knows.
 */
export const strandFollower: Fault = (mesh, isOver) => {
  const { timeline, random, machines } = mesh
  if (stranded.has(mesh)) return 'somebody was stranded already'
  const known = machines.filter(votes)
  const [follower, ...rest] = shuffle(
    random,
    machines.filter((machine) => machine.core !== null && !known.includes(machine)),
  )
  const members = follower?.core?.planes.decisions.view.nodes
  const candidates = rest.filter(({ self }) => members?.has(self) === true)
  const size = SUCCESSORS.find((wanted) => wanted <= candidates.length)
  if (follower === undefined || size === undefined) return 'nobody could vote in place of those who do'
  stranded.add(mesh)
  const others = idsOf(mesh).filter((node) => node !== follower.self)
  lasts(mesh, cutAll(mesh, acrossBoth([follower.self], others)), CUT_MS)
  const successors = candidates.slice(0, size).map(({ self }) => self)
  for (const atMs of ASK_AT_MS)
    timeline.after(atMs, () => {
      const leader = machines.filter(leads)
      if (!isOver() && leader.length > 0) pick(random, leader).core?.planes.consensus.changeVoters(successors)
    })
  for (const [at, machine] of known.entries())
    timeline.after((at + 1) * LOSE_EVERY_MS, () => {
      // What the one that is cut off holds to be so is long past.
      const asked = machines.filter((each) => each !== follower)
      if (!isOver() && machines.includes(machine) && !votes(machine)) lose(mesh, machine, asked)
    })
  return `${follower.name} is cut off while the voters become ${successors.join(', ')}`
}
