import type { Mesh } from './mesh.ts'
import { CLEAN_LINKS } from './network.ts'

/** After healing a leader must stand within this time. */
const LEADER_WITHIN_MS = 5_000
/** And then every node must know a newly committed entry within this time: the slowest follows the log in small steps. */
const LEVEL_WITHIN_MS = 20_000
/** How often the new entry is proposed, and its spread looked at. */
const LOOK_MS = 100

/** Ends every fault: all nodes run, all links are clean. */
export const heal = ({ network, machines }: Mesh): void => {
  network.mend()
  network.setQuality(CLEAN_LINKS)
  for (const { node } of machines) {
    node.resume()
    node.start()
  }
}

/** Lets time pass until `isSo`; false when that did not come within `withinMs`. */
const becomes = (mesh: Mesh, withinMs: number, isSo: () => boolean): boolean => {
  const { timeline } = mesh
  const endMs = timeline.nowMs() + withinMs
  while (!isSo()) if (!timeline.step(endMs)) return isSo()
  return true
}

/** Judges a mesh that was just healed: the sentence that says what did not come back, or null. */
export const judgeHealing = (mesh: Mesh, propose: () => void): string | null => {
  const { machines, timeline } = mesh
  if (!becomes(mesh, LEADER_WITHIN_MS, () => machines.some(({ consensus }) => consensus.leads())))
    return `no leader stands ${LEADER_WITHIN_MS} ms after healing`
  const before = Math.max(...machines.map(({ consensus }) => consensus.commitIndex()))
  let isOver = false
  const insist = (): void => {
    propose()
    if (!isOver) timeline.after(LOOK_MS, insist)
  }
  insist()
  const isLevel = becomes(mesh, LEVEL_WITHIN_MS, () =>
    machines.every(({ consensus }) => consensus.commitIndex() > before),
  )
  isOver = true
  const behind = machines.filter(({ consensus }) => consensus.commitIndex() <= before)
  return isLevel
    ? null
    : `${LEVEL_WITHIN_MS} ms after healing ${behind.map(({ node }) => node.self).join(', ')} know nothing after ${before}`
}
