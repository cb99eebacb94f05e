import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { Core } from '../daemon/core.ts'
import type { Machine } from './machine.ts'
import type { Mesh } from './mesh.ts'
import { between, chance, pick, type Range } from './random.ts'

const PROJECT = 'shop'
const SERVICES = ['web', 'db', 'cache', 'queue']
const IMAGES = ['one', 'two', 'three', 'four']
const REPLICAS: Range = [1, 4]
/** Entries proposed at once, now and then: more than one append holds. */
const BURST_RATIO = 0.002
const BURST_ENTRIES: Range = [2, 400]
/** How long a node that was drained stays so. */
const DRAINED_MS: Range = [500, 8_000]

/** One thing that a person, or a part outside the mesh, does at one node. */
type Deed = (mesh: Mesh, machine: Machine, core: Core) => void

/** Whoever asks may be told that it did not work, or nothing at all. */
const tried = (work: Promise<unknown>): void => {
  work.catch(() => undefined)
}

const specOf = (mesh: Mesh, name: string): ServiceSpec => ({
  kind: 'service',
  name,
  project: PROJECT,
  image: pick(mesh.random, IMAGES),
  command: null,
  environment: {},
  ports: [],
  replicas: Math.floor(between(mesh.random, REPLICAS)),
  restart: pick(mesh.random, ['always', 'always', 'on-failure', 'no'] as const),
  process: null,
})

/** On the head that this node knows; where it is cut off, others write beside it. */
const write = (
  { observe }: Mesh,
  { self }: Machine,
  { planes }: Core,
  name: string,
  spec: ServiceSpec | null,
): void => {
  const object = serviceKey(PROJECT, name)
  const head = planes.decisions.view.objects.get(object)?.head
  const body = spec === null ? ({ type: 'removal' } as const) : ({ type: 'spec', spec } as const)
  const written = planes.intent.write({
    object,
    body,
    parents: head === undefined ? [] : [head],
    via: 'cli',
  })
  tried(written.then((revision) => observe({ type: 'written', node: self, revision })))
}

const deploy: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, SERVICES)
  write(mesh, machine, core, name, specOf(mesh, name))
}

const remove: Deed = (mesh, machine, core) => write(mesh, machine, core, pick(mesh.random, SERVICES), null)

const drain: Deed = ({ timeline, random }, machine, { planes }) => {
  const { decisions } = planes
  const node = pick(random, [...decisions.view.nodes.keys(), machine.self])
  tried(decisions.decide({ type: 'nodeDrained', node, draining: true }))
  const takeBack = (): void => {
    const present = machine.core?.planes.decisions
    // Somebody insists until it is done.
    if (present?.view.nodes.get(node)?.draining === true)
      tried(present.decide({ type: 'nodeDrained', node, draining: false }))
    if (present === undefined || present.view.nodes.get(node)?.draining === true)
      timeline.after(between(random, DRAINED_MS), takeBack)
  }
  timeline.after(between(random, DRAINED_MS), takeBack)
}

let lastReadId = 0

const read: Deed = ({ observe }, { self }, { planes }) => {
  lastReadId += 1
  const readId = lastReadId
  observe({ type: 'asked', node: self, readId })
  planes.consensus.readIndex({ timeoutMs: 5_000 }).then(
    (index) => observe({ type: 'answered', node: self, readId, index }),
    () => observe({ type: 'answered', node: self, readId, index: null }),
  )
}

/** Says of a member what is known already: an entry that changes nothing. */
const propose: Deed = ({ random }, machine, { planes }) => {
  const { decisions } = planes
  const known = pick(random, [...decisions.view.nodes.values()])
  if (known === undefined) return
  const { node, name } = known
  const addresses = [`/dns4/${node}/tcp/${Math.floor(between(random, [4_001, 4_999]))}`]
  const atMs = machine.clock.wallMs()
  const count = chance(random, BURST_RATIO) ? between(random, BURST_ENTRIES) : 1
  for (let left = count; left > 0; left--)
    tried(decisions.decide({ type: 'nodeAdmitted', node, name, addresses, atMs }))
}

/** The more often one stands here, the more often it is done. */
const DEEDS: readonly Deed[] = [
  propose,
  propose,
  propose,
  propose,
  read,
  read,
  read,
  deploy,
  deploy,
  remove,
  drain,
]

export interface Workload {
  /** Proposes something at every node that works; what is committed of it is news to all. */
  insist(): void
  end(): void
}

/** Does something at a node every now and then, whether it can hear others or not. */
export const startWorkload = (mesh: Mesh, everyMs: Range): Workload => {
  const { timeline, random, machines } = mesh
  let isOver = false
  const next = (): void => {
    if (isOver) return
    const machine = pick(random, machines)
    if (machine.core !== null) pick(random, DEEDS)(mesh, machine, machine.core)
    timeline.after(between(random, everyMs), next)
  }
  next()
  return {
    insist: () => {
      for (const machine of machines) if (machine.core !== null) propose(mesh, machine, machine.core)
    },
    end: () => {
      isOver = true
    },
  }
}
