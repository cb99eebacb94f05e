import { LEADER, type Played, type PlayedFault } from '../../protocols/control/index.ts'
import { FAULT_WORDS, listed, memory, seconds, spanOf, wrapped } from './words.ts'

/** What was played: the mesh, the deployment, and each fault with whom it hit. */
export const describePlayed = (played: Played, projects: readonly string[]): string => {
  const { forMs, seed, pullMs, startMs, deploy, faults } = played
  const text = [
    `Played ${seconds(forMs)} of ${listed(projects)} on ${machines(played)}, with seed ${seed}.`,
    `Pulling an image takes ${seconds(pullMs)}, starting a container ${seconds(startMs)}.`,
    `Deployed at ${deploy.node} at ${seconds(deploy.atMs)}.`,
    ...(faults.length === 0
      ? ['Nothing was done to the mesh; try --kill leader@20s.']
      : faults.map((fault) => `${sentence(faultWords(fault))}.`)),
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

const faultWords = (fault: PlayedFault): string => {
  const { kind, nodes, targets, fromMs, untilMs } = fault
  const { noun, hit } = FAULT_WORDS[kind]
  if (nodes.length === 0)
    return `at ${seconds(fromMs)} nobody led, so no ${noun === 'pause' ? 'node' : noun} of a leader was hit`
  const leader = targets.includes(LEADER) ? leaderWords(fault) : ''
  const what = hit(listed(nodes), nodes.length > 1)
  if (untilMs === null)
    return `at ${seconds(fromMs)} ${what}${leader}${kind === 'kill' ? '' : ', to the end'}`
  if (kind === 'kill')
    return `at ${seconds(fromMs)} ${what}${leader}, and plugged in again at ${seconds(untilMs)}`
  return `from ${spanOf({ fromMs, toMs: untilMs })} ${what}${leader}`
}

const leaderWords = ({ nodes, targets }: PlayedFault): string => {
  if (nodes.length === 1) return ', who led'
  const led = nodes.filter((node) => !targets.includes(node))
  return led.length === 0 ? '' : `, of which ${listed(led)} led`
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
