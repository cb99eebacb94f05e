/**
 * What a member says whose program is another one: words in the name of others, and deletes of what they wrote. Others hear
 * it as they hear every hint of a member; nothing of it may stand anywhere.
 */
import {
  createRegister,
  createRevision,
  openCatalogue,
  type Revision,
  type SyncHint,
  syncHintCodec,
} from '../../../crdt/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { Random } from '../../ports/clock.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { pick } from '../random.ts'
import { signingOf } from '../signing.ts'
import { type Deed, tried } from './deed.ts'

/** Client ids of Yjs have 32 bits. */
const CLIENT_IDS = 2 ** 32

type Lie = (mesh: Mesh, liar: Machine, core: Core) => Promise<readonly SyncHint[]>

/** The updates of a document to which the revisions are added, and from which they are deleted again where that is asked for. */
const updatesOf = (random: Random, revisions: readonly Revision[], isDeleted: boolean): SyncHint[] => {
  const { hash } = signingOf('')
  const document = openCatalogue({ clientId: Math.floor(random() * CLIENT_IDS), hash })
  const hints: SyncHint[] = []
  document.onUpdate((update) => hints.push({ type: 'update', update }))
  document.add(revisions, 'lie')
  const ids = revisions.map(({ id }) => id)
  if (isDeleted) document.remove(ids, 'lie')
  return hints
}

/** The removal of a service, as if another member had written it after all that is known. */
const removeForAnother: Lie = async ({ random, world }, liar, { planes }) => {
  const accepted = pick(random, [...planes.decisions.view.objects.values()])
  if (accepted === undefined) return []
  const content = {
    object: accepted.object,
    parents: [accepted.head],
    hlc: { wallMs: liar.clock.wallMs(), counter: 0 },
    author: pick(random, world.nodes),
    via: 'cli',
    body: { type: 'removal' as const },
  }
  const { hash, sign } = signingOf(liar.self)
  const revision = await createRevision(content, { hash, sign })
  return revision.author === liar.self ? [] : updatesOf(random, [revision], false)
}

/** A register of another member, above all that it wrote. */
const tellForAnother: Lie = async ({ random }, liar, { planes }) => {
  const told = pick(random, planes.intent.registers(''))
  if (told === undefined || told.node === liar.self) return []
  const { node, key, epoch, value } = told
  const register = await createRegister(
    { node, key, epoch: epoch + 1, sequence: 1, value },
    signingOf(liar.self).sign,
  )
  return [{ type: 'registers', records: [register.bytes] }]
}

/** The deletion of what stands in the document. */
const deleteForAll: Lie = async ({ random }, _liar, { planes }) => {
  const heads = [...planes.decisions.view.objects.values()].flatMap(
    ({ head }) => planes.intent.revision(head) ?? [],
  )
  return heads.length === 0 ? [] : updatesOf(random, [pick(random, heads)], true)
}

export const lie: Deed = (mesh, liar, core) => {
  const [tell, to] = [
    pick(mesh.random, [removeForAnother, tellForAnother, deleteForAll]),
    pick(mesh.random, mesh.world.nodes),
  ]
  const say = async () => {
    for (const hint of await tell(mesh, liar, core))
      mesh.network.say(liar.self, to, PROTOCOLS.hints, syncHintCodec.encode(hint))
  }
  tried(say())
}
