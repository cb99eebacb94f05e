/** What people do to services: deploy, edit, remove, and bring together what was edited at the same time. */
import { bodyVersion, type Revision, type RevisionBody } from '../../../crdt/index.ts'
import { type AcceptedObject, type RevisionId, UPDATES_VERSION } from '../../../protocols/decisions/index.ts'
import { type Rollout, type ServiceSpec, serviceKey } from '../../../protocols/spec/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { Random } from '../../ports/clock.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { type Deed, tried } from './deed.ts'

const PROJECT = 'shop'
const SERVICES = ['web', 'db', 'cache', 'queue']
/** Those of which no slot may have two tasks that run at once. */
const EXCLUSIVE: ReadonlySet<string> = new Set(['db', 'queue'])
const IMAGES = ['one', 'two', 'three', 'four']
const REPLICAS: Range = [1, 4]
const FEW_REPLICAS: Range = [1, 3]
/** Edits of somebody who tries one thing after the other: more than the history of an object keeps. */
const EDITS: Range = [8, 16]

/** Of updates: short enough that a run sees some of them end. */
const DELAY_MS: Range = [0, 2_000]
const MONITOR_MS: Range = [1_000, 6_000]

const updateOf = (random: Random): Rollout => ({
  parallelism: pick(random, [1, 1, 2]),
  delayMs: Math.floor(between(random, DELAY_MS)),
  monitorMs: Math.floor(between(random, MONITOR_MS)),
  order: pick(random, ['start-first', 'start-first', 'stop-first'] as const),
  onFailure: pick(random, ['rollback', 'rollback', 'rollback', 'pause'] as const),
})

/** Drawn as a person would say it, and then left out where the mesh does not know of updates yet. */
const rolloutOf = (mesh: Mesh, { planes }: Core): Pick<ServiceSpec, 'updateConfig' | 'rollbackConfig'> => {
  const updateConfig = updateOf(mesh.random)
  const { monitorMs = 0 } = updateConfig
  return planes.decisions.view.meshVersion < UPDATES_VERSION
    ? {}
    : { updateConfig, rollbackConfig: { monitorMs } }
}

const specOf = (mesh: Mesh, core: Core, name: string, replicas = REPLICAS): ServiceSpec => ({
  kind: 'service',
  name,
  project: PROJECT,
  image: pick(mesh.random, IMAGES),
  command: null,
  environment: {},
  ports: [],
  replicas: Math.floor(between(mesh.random, replicas)),
  restart: pick(mesh.random, ['always', 'always', 'on-failure', 'no'] as const),
  process: null,
  ...(EXCLUSIVE.has(name) && { exclusive: true }),
  ...rolloutOf(mesh, core),
})

const acceptedOf = ({ planes }: Core, name: string): AcceptedObject | undefined =>
  planes.decisions.view.objects.get(serviceKey(PROJECT, name))

const write = async (
  { observe }: Mesh,
  { self }: Machine,
  { planes }: Core,
  name: string,
  body: RevisionBody,
  parents: readonly RevisionId[],
): Promise<Revision> => {
  const { mesh, meshVersion } = planes.decisions.view
  // The daemon refuses what members of an older version would refuse.
  if (mesh !== null && bodyVersion(body) > meshVersion) throw new Error('the mesh is too old for it')
  const revision = await planes.intent.write({ object: serviceKey(PROJECT, name), body, parents, via: 'cli' })
  observe({ type: 'written', node: self, revision })
  return revision
}

/** What this node knows to be the head: where it is cut off, others write beside it. */
const headOf = (core: Core, name: string): readonly RevisionId[] => {
  const head = acceptedOf(core, name)?.head
  return head === undefined ? [] : [head]
}

export const deploy: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, SERVICES)
  tried(
    write(mesh, machine, core, name, { type: 'spec', spec: specOf(mesh, core, name) }, headOf(core, name)),
  )
}

export const deployExclusive: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, [...EXCLUSIVE])
  const spec = specOf(mesh, core, name, FEW_REPLICAS)
  tried(write(mesh, machine, core, name, { type: 'spec', spec }, headOf(core, name)))
}

export const remove: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, SERVICES)
  tried(write(mesh, machine, core, name, { type: 'removal' }, headOf(core, name)))
}

/** Somebody who saw an older state writes beside the head. */
export const editBeside: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, SERVICES)
  const parents = acceptedOf(core, name)?.history.slice(1, 2) ?? []
  tried(write(mesh, machine, core, name, { type: 'spec', spec: specOf(mesh, core, name) }, parents))
}

/** Somebody looks at a conflict, and keeps the head or takes what lost. */
export const settleConflict: Deed = (mesh, machine, core) => {
  const [object] = [...core.planes.decisions.view.objects.values()].filter(
    ({ conflicts }) => conflicts.length > 0,
  )
  const name = object?.object.split('/').at(-1)
  const lost = object?.conflicts[0]
  if (object === undefined || name === undefined || lost === undefined) return
  const body = pick(mesh.random, [{ type: 'keep' } as const, core.planes.intent.revision(lost)?.body])
  if (body !== undefined) tried(write(mesh, machine, core, name, body, [object.head, lost]))
}

/** One edit after the other at one node: the oldest of them are trimmed. */
export const editAgainAndAgain: Deed = (mesh, machine, core) => {
  const name = pick(mesh.random, SERVICES)
  const spec = specOf(mesh, core, name)
  const edit = async (left: number, parents: readonly RevisionId[]): Promise<void> => {
    if (left === 0) return
    const environment = { EDIT: String(left) }
    const { id } = await write(
      mesh,
      machine,
      core,
      name,
      { type: 'spec', spec: { ...spec, environment } },
      parents,
    )
    await edit(left - 1, [id])
  }
  tried(edit(Math.floor(between(mesh.random, EDITS)), headOf(core, name)))
}
