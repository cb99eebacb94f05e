import type { LogEntry } from '../../protocols/consensus/index.ts'
import type { Observation } from './observation.ts'

/** What was seen in a run, with its time; put into words only when somebody reads it. */
export interface Transcript {
  add(observation: Observation): void
  /** One line for each observation, the last ones where a number is given. */
  lines(last?: number): string[]
}

/** Observations kept: a run has some ten thousand, and one that goes astray must not fill the memory. */
const KEPT_MAX = 200_000

const spanOf = (entries: readonly LogEntry[]): string => {
  const [first, last] = [entries[0], entries.at(-1)]
  return first === undefined || last === undefined
    ? 'no entries'
    : `${first.index}..${last.index} of ${last.term}`
}

/** `node3`, of an id that was made long enough for the wire. */
const shortly = (text: string): string => text.replaceAll(/\b(node[0-9A-Z])x+/g, '$1')

const wordsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => {
      if (name === 'entries') return spanOf(value as readonly LogEntry[])
      if (value instanceof Error) return `${name} ${value.message}`
      return `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`
    })
    .join(', ')

const describe = (observation: Observation): string => {
  switch (observation.type) {
    case 'started':
    case 'ended':
    case 'ready':
    case 'unwatched':
    case 'watched':
      return `${observation.node} ${observation.type}`
    case 'diskLost':
      return `${observation.node} lost its disk`
    case 'diskFailed':
      return `the disk of ${observation.node} failed`
    case 'healed':
      return observation.behind.length === 0
        ? 'all faults have ended'
        : `faults have ended, and ${observation.behind.join(', ')} stay behind`
    case 'fault':
      return `fault: ${observation.what}`
    case 'failed':
    case 'threw':
      return `${observation.node} ${observation.type}: ${observation.error.message}`
    case 'logged':
      return `${observation.node} ${observation.level}: ${observation.message} (${wordsOf(observation.fields)})`
    case 'stored': {
      const { node, hardState, entries } = observation
      const vote = hardState === null ? '' : `, term ${hardState.term}, vote ${hardState.votedFor}`
      return `${node} stored ${spanOf(entries)}${vote}`
    }
    case 'sent':
      return `${observation.node} to ${observation.to}: ${wordsOf(observation.message)}`
    case 'role': {
      const { node, role, term, leader } = observation
      return `${node} is ${role} in term ${term}, leader ${leader}`
    }
    case 'committed':
      return `${observation.node} committed ${spanOf(observation.entries)}`
    case 'restored':
      return `${observation.node} begins with a snapshot of ${observation.index}`
    case 'applied': {
      const { index, decision, outcome } = observation.applied
      const how = outcome.ok ? '' : ` in vain: ${outcome.reason}`
      return `${observation.node} applied ${index}: ${wordsOf(decision)}${how}`
    }
    case 'member':
      return `${observation.node} sees ${observation.member} as ${observation.state ?? 'removed'} in ${observation.incarnation}`
    case 'task': {
      const { node, task, status } = observation
      return `${node} says that ${task} is ${status === null ? 'gone' : `${status.state}, attempt ${status.attempt}`}`
    }
    case 'ran':
    case 'exited':
      return `${observation.node} has ${observation.task} that ${observation.type}`
    case 'stopAsked':
      return `${observation.node} asks its engine to stop ${observation.task}`
    case 'decided':
      return `${observation.node} tells that ${observation.decision.type} was decided at ${observation.index}`
    case 'learned':
      return `${observation.node} learned ${observation.revisions.length} revisions, ${observation.registers.length} registers`
    case 'written':
      return `${observation.node} wrote ${observation.revision.object} as ${observation.revision.id.slice(0, 12)}`
    case 'asked':
      return `${observation.node} is asked ${observation.readId}`
    case 'answered':
      return `${observation.node} answers ${observation.readId} with ${observation.index}`
  }
}

/** Of more than `keptMax` observations, the last are kept: at least half as many, rounded down. */
export const createTranscript = (nowMs: () => number, keptMax = KEPT_MAX): Transcript => {
  let seen: { readonly atMs: number; readonly observation: Observation }[] = []
  return {
    add: (observation) => {
      if (keptMax === 0) return
      if (seen.length >= keptMax) seen = seen.slice(Math.ceil(keptMax / 2))
      seen.push({ atMs: nowMs(), observation })
    },
    lines: (last = seen.length) =>
      seen
        .slice(-last)
        .map(({ atMs, observation }) => shortly(`${atMs.toFixed(3).padStart(10)} ${describe(observation)}`)),
  }
}
