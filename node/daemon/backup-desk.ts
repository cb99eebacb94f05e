import { type BackupPart, VERSION } from '../../protocols/control/index.ts'
import { ENDED_PREFIX } from '../../protocols/credentials/index.ts'
import { type Backups, createBackups, type KeptRecords } from '../backup/index.ts'
import { type Files, PASSPHRASE_COST, passphraseKey } from '../certificates/index.ts'
import type { BackupDesk } from '../control/index.ts'
import { DATA_FORMAT } from '../storage/index.ts'
import type { Ground } from './ground.ts'
import { SELF_STANDING } from './mend.ts'
import type { MeshFile } from './mesh-file.ts'
import type { Planes } from './planes.ts'

export const PASSPHRASES = { keyOf: passphraseKey, cost: PASSPHRASE_COST }

/** Of the records of tasks not the notes of those that have not ended: they may have, after the backup. */
const TASK_RECORDS = ['documents/', 'archives/', 'links/']

/**
 * What stands for itself, and sessions that ended, so that none begins to count again. Not those that are open: a refresh token is
 * good once, and a backup may know it from before.
 */
const KEPT: readonly KeptRecords[] = [
  ...SELF_STANDING.filter((name) => name !== 'task-records').map((collection) => ({
    collection,
    prefix: '',
  })),
  ...TASK_RECORDS.map((prefix) => ({ collection: 'task-records', prefix })),
  { collection: 'users', prefix: ENDED_PREFIX },
]

const createBackupsOf = (
  { network, store, clock }: Ground,
  { consensus, decisions, intent }: Planes,
  files: Files,
  { mesh, name, founder }: MeshFile,
): Backups =>
  createBackups(
    {
      clock,
      passphrases: PASSPHRASES,
      consensus,
      decisions,
      intent,
      store: { stamp: store.consensus.stamp, records: store.records },
      files: async () => {
        const members = [...decisions.view.nodes.keys()].sort()
        const file: MeshFile = {
          mesh,
          name,
          founder,
          ...(founder && { founded: true }),
          restored: true,
          members,
        }
        return {
          'identity.json': await files.read('identity.json'),
          'mesh.json': `${JSON.stringify(file)}\n`,
          'certificates.json': await files.read('certificates.json'),
          'root-key.json': await files.read('root-key.json'),
        }
      },
    },
    {
      self: network.connections.self,
      mesh: { id: mesh, name },
      program: VERSION,
      format: DATA_FORMAT,
      kept: KEPT,
    },
  )

/** The door for whoever makes a backup. */
export const openBackupDesk = (ground: Ground, planes: Planes, files: Files, mesh: MeshFile): BackupDesk => {
  const backups = createBackupsOf(ground, planes, files, mesh)
  return {
    backUp: async (passphrase, signal) => {
      const { manifest, bytes } = await backups.make(passphrase, signal)
      async function* parts(): AsyncGenerator<BackupPart> {
        let sent = 0
        for await (const part of bytes()) {
          sent += part.byteLength
          yield { type: 'part', data: Buffer.from(part).toString('base64') }
        }
        yield { type: 'whole', bytes: sent, manifest }
      }
      return parts()
    },
  }
}
