import type { NodeId } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import { type MeshFile, saveMeshFile } from './mesh-file.ts'

/** The mesh file of a running node: one write at a time, and what changes meanwhile goes together as the next. */
export interface MeshKeeper {
  /** Notes who is a member now, so that a node whose store was lost still knows who may speak to it. */
  setMembers(members: ReadonlySet<NodeId>): void
  /** Notes that the mesh is founded; on disk when it resolves. */
  noteFounded(): Promise<void>
  /** Notes that nothing is left of the node that this one took the place of; on disk when it resolves. */
  noteReplaced(): Promise<void>
  /** Nothing is written any more when it resolves. */
  close(): Promise<void>
}

const isSame = (members: ReadonlySet<NodeId>, listed: readonly NodeId[]): boolean =>
  members.size === listed.length && listed.every((node) => members.has(node))

export const createMeshKeeper = (
  { logger }: { readonly logger: Logger },
  { dataDir, mesh }: { readonly dataDir: string; readonly mesh: MeshFile },
): MeshKeeper => {
  let wanted = mesh
  let onDisk = mesh
  let writing: Promise<void> | null = null
  let isClosed = false

  const writeAll = async (): Promise<void> => {
    while (onDisk !== wanted && !isClosed) {
      const next = wanted
      await saveMeshFile(dataDir, next)
      onDisk = next
    }
  }
  const write = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = null
    })
    return writing
  }

  return {
    setMembers: (members) => {
      if (isSame(members, wanted.members)) return
      wanted = { ...wanted, members: [...members].sort() }
      // What is on disk stays whole, and only serves a node whose store is gone: the next change tries again.
      write().catch((error: unknown) => logger.warn({ error }, 'the list of members was not written'))
    },
    noteFounded: async () => {
      if (!wanted.founder || wanted.founded) return
      wanted = { ...wanted, founded: true }
      await write()
    },
    noteReplaced: async () => {
      const { replaced: _, ...rest } = wanted
      wanted = rest
      await write()
    },
    close: async () => {
      isClosed = true
      await writing?.catch(() => undefined)
    },
  }
}
