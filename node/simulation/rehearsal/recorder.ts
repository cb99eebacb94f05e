import { configurationCodec, type LogEntry } from '../../../protocols/consensus/index.ts'
import { type Decision, taskIdOf } from '../../../protocols/decisions/index.ts'
import { type ServiceSpec, serviceKey } from '../../../protocols/spec/index.ts'
import type { TaskState } from '../../../protocols/tasks/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Observation } from '../observation.ts'
import type { Fact, Told } from './facts.ts'

/** What the scheduler says of one slot. */
export interface SlotWait {
  readonly object: string
  readonly slot: number
  readonly reason: string
}

export interface RecorderInit {
  /** Virtual time. */
  nowMs(): number
  nameOf(node: NodeId): string
  readonly services: readonly ServiceSpec[]
  /** False where images are there at once, and nobody waits for them. */
  readonly pulls: boolean
}

/** Writes down facts, out of what the simulated nodes were seen to do. */
export interface Recorder {
  observe(observation: Observation): void
  /** All slots that wait, as the leader's scheduler tells now. */
  waits(waiting: readonly SlotWait[]): void
  tell(told: Told): void
  /** Time is 0 from now on: what was before is forgotten, but for who leads and who votes. */
  begin(): void
  facts(): readonly Fact[]
}

export const createRecorder = ({ nowMs, nameOf, services, pulls }: RecorderInit): Recorder => {
  let facts: Fact[] = []
  let beganMs = 0
  const leading = new Map<string, number>()
  let voters: readonly string[] = []
  /** Entries are met once on each node; the first one tells. */
  let appliedIndex = 0
  let configuredIndex = 0
  const imageOf = new Map(services.map((spec) => [serviceKey(spec.project, spec.name), spec.image]))
  const tasks = new Map<string, { readonly image: string | null; state: TaskState | null }>()
  /** `node image`: whether it is there, or on its way. */
  const images = new Map<string, 'pulling' | 'there'>()
  let waiting = new Map<string, SlotWait>()

  const tell = (told: Told): void => {
    facts.push({ ...told, atMs: nowMs() - beganMs } as Fact)
  }

  const follow = (node: string): void => {
    if (leading.delete(node)) tell({ type: 'followed', node })
  }

  const lead = (node: string, term: number): void => {
    if (leading.get(node) === term) return
    leading.set(node, term)
    tell({ type: 'led', node, term })
  }

  const apply = (index: number, decision: Decision): void => {
    if (decision.type === 'revisionAccepted') tell({ type: 'accepted', object: decision.object })
    if (decision.type === 'taskReleased')
      tell({ type: 'released', task: decision.task, reason: decision.reason })
    if (decision.type !== 'taskAssigned') return
    const { object, slot, node, reason } = decision
    const task = taskIdOf(object, slot, index)
    tasks.set(task, { image: imageOf.get(object) ?? null, state: null })
    tell({ type: 'assigned', task, object, slot, node: nameOf(node), reason })
  }

  const configure = ({ index, kind, data }: LogEntry): void => {
    if (kind !== 'configuration' || index <= configuredIndex) return
    configuredIndex = index
    const configuration = configurationCodec.decode(data)
    if (configuration.votersOutgoing.length > 0) return
    voters = configuration.voters.map(nameOf)
    tell({ type: 'voters', voters })
  }

  const changeTask = (node: string, task: string, state: TaskState | null): void => {
    const known = tasks.get(task)
    if (known === undefined || known.state === state) return
    known.state = state
    const { image } = known
    if (image === null || !pulls) return
    const key = `${node} ${image}`
    if (state === 'preparing' && images.get(key) === undefined) {
      images.set(key, 'pulling')
      tell({ type: 'pulling', node, image })
    }
    if (state === 'starting' && images.get(key) === 'pulling') {
      images.set(key, 'there')
      tell({ type: 'pulled', node, image })
    }
  }

  /** Pulls begin anew with the next life. */
  const forgetPulls = (node: string): void => {
    for (const [key, state] of images)
      if (state === 'pulling' && key.startsWith(`${node} `)) images.delete(key)
  }

  const observe = (observation: Observation): void => {
    const node = 'node' in observation ? nameOf(observation.node) : ''
    switch (observation.type) {
      case 'role':
        if (observation.role === 'leader') lead(node, observation.term)
        else follow(node)
        return
      case 'ended':
        follow(node)
        forgetPulls(node)
        return
      case 'applied': {
        const { index, decision, outcome } = observation.applied
        if (index > appliedIndex && outcome.ok) apply(index, decision)
        appliedIndex = Math.max(appliedIndex, index)
        return
      }
      case 'committed':
        for (const entry of observation.entries) configure(entry)
        return
      case 'member':
        if (observation.state !== null)
          tell({ type: 'member', by: node, node: nameOf(observation.member), state: observation.state })
        return
      case 'ran':
        tell({ type: 'ran', task: observation.task, node })
        return
      case 'exited': {
        const { task } = observation
        const how = tasks.get(task)?.state === 'stopping' ? 'stopped' : 'exited'
        tell({ type: 'ended', task, node, how, detail: null })
        return
      }
      case 'task':
        changeTask(node, observation.task, observation.status?.state ?? null)
        return
    }
  }

  return {
    observe,
    tell,
    waits: (present) => {
      const next = new Map(present.map((wait) => [`${wait.object}#${wait.slot}`, wait]))
      for (const [key, { object, slot }] of waiting)
        if (!next.has(key)) tell({ type: 'waits', object, slot, reason: null })
      for (const [key, { object, slot, reason }] of next)
        if (waiting.get(key)?.reason !== reason) tell({ type: 'waits', object, slot, reason })
      waiting = next
    },
    begin: () => {
      beganMs = nowMs()
      facts = []
      tell({ type: 'voters', voters })
      for (const [node, term] of leading) tell({ type: 'led', node, term })
    },
    facts: () => facts,
  }
}
