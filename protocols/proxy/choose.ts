/**
 * Which task a new connection goes to: the one with the fewest connections, where distance counts as some of them. Source of the
 * idea: least connections with locality, as in Envoy's and HAProxy's balancers.
 */

/** The reckoning, in connections unless a unit says otherwise. */
export const CHOICE = {
  /** A task of another node counts as busier by this: its bytes are encrypted twice. */
  otherNode: 2,
  /** And by one more for each of these. */
  rttMsPerConnection: 5,
  /** Never by more than this: a far task is better than a crowd. */
  distanceMax: 16,
} as const

/** A task as the choice sees it. */
export interface Choosable {
  readonly task: string
  /** Those that this node has with it. */
  readonly connections: number
  /** Round trip to its node; 0 on this one, null where nobody knows. */
  readonly rttMs: number | null
  readonly isHere: boolean
  /** It refused a connection just now. */
  readonly isAside: boolean
}

const distanceOf = ({ isHere, rttMs }: Choosable): number => {
  if (isHere) return 0
  const { otherNode, rttMsPerConnection, distanceMax } = CHOICE
  return Math.min(distanceMax, otherNode + Math.floor((rttMs ?? 0) / rttMsPerConnection))
}

const isBefore = (one: Choosable, other: Choosable): boolean => {
  if (one.isAside !== other.isAside) return other.isAside
  const busier = one.connections + distanceOf(one) - other.connections - distanceOf(other)
  return busier === 0 ? distanceOf(one) < distanceOf(other) : busier < 0
}

/**
 * The task to connect to, or null where there is none. Of equals it is the one at `turn`, counted around, so that they take turns where
 * connections are too short to be counted.
 */
export const choose = <Task extends Choosable>(tasks: readonly Task[], turn: number): Task | null => {
  let chosen: Task | null = null
  for (let at = 0; at < tasks.length; at++) {
    const task = tasks[(turn + at) % tasks.length] as Task
    if (chosen === null || isBefore(task, chosen)) chosen = task
  }
  return chosen
}
