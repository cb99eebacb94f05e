import { ACCOUNTS_VERSION } from '../../protocols/decisions/index.ts'
import { publicKeyOf } from '../intent/index.ts'
import type { RevokedNodes } from '../revocations/index.ts'
import { createUsers, type Users } from '../users/index.ts'
import type { Ground } from './ground.ts'
import type { MeshFile } from './mesh-file.ts'
import type { Planes } from './planes.ts'

/** Who may use the API. Not yet started. */
export const openUsers = (
  { network, store, clock, logger, privateKey }: Ground,
  { decisions, intent }: Planes,
  { mesh, revoked }: Pick<MeshFile, 'mesh'> & { readonly revoked: Pick<RevokedNodes, 'has'> },
): Users =>
  createUsers(
    {
      decisions,
      intent,
      records: store.records('users'),
      clock,
      logger: logger.child({ part: 'users' }),
      privateKey,
      // What a node that is shut out signs counts no more, before the log says so.
      publicKeyOf: (node) => (revoked.has(node) ? null : publicKeyOf(node)),
    },
    { self: network.connections.self, mesh },
  )

/** Where this node founds: the first user, whom nobody can log in as before a password or a key is set. Said again after a crash in between, once. */
export const foundAdmin = async (
  { decisions: { view } }: Pick<Planes, 'decisions'>,
  users: Pick<Users, 'add'>,
  mesh: Pick<MeshFile, 'founder' | 'founded'>,
): Promise<void> => {
  const isFounding = mesh.founder && !mesh.founded && view.meshVersion >= ACCOUNTS_VERSION
  if (!isFounding || view.accounts.size > 0 || view.accountRemovedAt > 0) return
  await users.add({ user: 'admin', kind: 'person', role: 'admin' })
}
