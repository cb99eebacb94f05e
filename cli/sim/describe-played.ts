import { LEADER, type Played, type PlayedFault } from '../../protocols/control/index.ts'
import { faultWords, listed, memory, seconds, spanOf, wrapped } from './words.ts'

/** What was played: the mesh, the deployment, and each fault with whom it hit. */
export const describePlayed = (all: Played, projects: readonly string[]): string => {
  const { forMs, seed, pullMs, startMs, deploy, faults } = all
  const text = [
    `Played ${seconds(forMs)} of ${listed(projects)} on ${machines(all)}, with seed ${seed}.`,
    `Pulling an image takes ${seconds(pullMs)}, starting a container ${seconds(startMs)}.`,
    `It was deployed at ${seconds(deploy.atMs)}, at ${deploy.node}.`,
    ...(faults.length === 0
      ? ['Nothing was done to the mesh; try --kill leader@20s.']
      : faults.map((fault) => `${sentence(played(fault))}.`)),
    ...(faults.some(({ kind }) => kind === 'partition')
      ? ['What runs on the smaller side of a cut does not count as running.']
      : []),
  ].join(' ')
  return wrapped(text)
}

/** Nodes with the memory of each, or of all where that is the same. */
const machines = ({ nodes }: Played): string => {
  const sizes = [...Map.groupBy(nodes, ({ memoryMb }) => memoryMb)]
  const many = nodes.length === 1 ? 'one node' : `${nodes.length} nodes`
  const [[megabytes]] = sizes as [[number, Played['nodes']]]
  if (sizes.length === 1)
    return `${many} with ${memory(megabytes)} of memory${nodes.length === 1 ? '' : ' each'}`
  const parts = sizes.map(([size, those]) => `${listed(those.map(({ name }) => name))} with ${memory(size)}`)
  return `${many}: ${parts.join('; ')} of memory`
}

const played = ({ kind, nodes, targets, fromMs, untilMs }: PlayedFault): string => {
  if (nodes.length === 0) return `at ${seconds(fromMs)} nobody led who could be hit`
  const led = targets.includes(LEADER) ? nodes.filter((node) => !targets.includes(node)) : []
  const what = faultWords(
    kind,
    nodes.map((node) => (led.includes(node) ? `${node} (the leader)` : node)),
  )
  if (kind === 'kill')
    return `at ${seconds(fromMs)} ${what}${untilMs === null ? '' : `, and put back at ${seconds(untilMs)}`}`
  return `from ${spanOf({ fromMs, toMs: untilMs })} ${what}`
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
