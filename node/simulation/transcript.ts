import type { LogEntry } from '../../protocols/consensus/index.ts'
import type { Observation } from './observation.ts'

/** What was seen in a run, with its time; put into words only when somebody reads it. */
export interface Transcript {
  add(observation: Observation): void
  /** One line for each observation, the last ones where a number is given. */
  lines(last?: number): string[]
}

const spanOf = (entries: readonly LogEntry[]): string => {
  const [first, last] = [entries[0], entries.at(-1)]
  return first === undefined || last === undefined
    ? 'no entries'
    : `${first.index}..${last.index} of ${last.term}`
}

const describe = (observation: Observation): string => {
  switch (observation.type) {
    case 'started':
    case 'crashed':
      return `${observation.node} ${observation.type}`
    case 'stored': {
      const { node, hardState, entries } = observation
      const vote = hardState === null ? '' : `, term ${hardState.term}, vote ${hardState.votedFor}`
      return `${node} stored ${spanOf(entries)}${vote}`
    }
    case 'sent': {
      const { node, to, message } = observation
      const fields = Object.entries(message).map(([name, value]) =>
        name === 'entries' ? spanOf(value as readonly LogEntry[]) : `${name} ${value}`,
      )
      return `${node} to ${to}: ${fields.join(', ')}`
    }
    case 'role': {
      const { node, role, term, leader } = observation
      return `${node} is ${role} in term ${term}, leader ${leader}`
    }
    case 'committed':
      return `${observation.node} committed ${spanOf(observation.entries)}`
    case 'asked':
      return `${observation.node} is asked ${observation.readId}`
    case 'answered':
      return `${observation.node} answers ${observation.readId} with ${observation.index}`
    case 'ended':
      return `${observation.node} ended: ${observation.error.message}`
    case 'fault':
      return `fault: ${observation.what}`
  }
}

export const createTranscript = (nowMs: () => number): Transcript => {
  const seen: { readonly atMs: number; readonly observation: Observation }[] = []
  return {
    add: (observation) => {
      seen.push({ atMs: nowMs(), observation })
    },
    lines: (last = seen.length) =>
      seen
        .slice(-last)
        .map(({ atMs, observation }) => `${atMs.toFixed(3).padStart(10)} ${describe(observation)}`),
  }
}
