import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { CoterieError } from '../../protocols/errors/index.ts'
import { AddressesSchema, NameSchema, type NodeId, NodeIdSchema } from '../../protocols/wire/index.ts'
import { CERTIFICATE_FILES } from '../certificates/index.ts'
import { writeSecretFile } from '../storage/index.ts'

const MeshIdSchema = Type.String({ pattern: '^[0-9a-f]{16}$' })

/** Of a node that took the place of another one, until nothing of that is left: what it has to know, and to do. */
const ReplacedSchema = Type.Object({
  node: NodeIdSchema,
  /** Which it is to have, too. */
  name: NameSchema,
  /** Where the members were. */
  members: Type.Array(Type.Object({ node: NodeIdSchema, addresses: AddressesSchema })),
  /** Of one that issued: its certificate, in base64, which is to count no more. */
  intermediate: Type.Optional(Type.String()),
})
export type Replaced = Static<typeof ReplacedSchema>

const MeshFileSchema = Type.Object({
  /** 16 hexadecimal digits. */
  mesh: MeshIdSchema,
  name: NameSchema,
  /** True on the machine that founded the mesh: until its first entries are stored, it alone may write them. */
  founder: Type.Boolean(),
  /** True once the founder stored them: from then on an empty store is one that was lost, and nothing is founded again. */
  founded: Type.Optional(Type.Boolean()),
  /** True where a backup was restored: others may have joined since, whom it does not know. */
  restored: Type.Optional(Type.Boolean()),
  replaced: Type.Optional(ReplacedSchema),
  /** Members as this node last knew them: who may speak to it until the log tells. */
  members: Type.Array(NodeIdSchema),
})

/** Which mesh this node belongs to. */
export type MeshFile = Static<typeof MeshFileSchema>

const pathOf = (dataDir: string): string => join(dataDir, 'mesh.json')

/** Null for a machine that belongs to no mesh. @throws `storeCorrupt` */
export const loadMeshFile = async (dataDir: string): Promise<MeshFile | null> => {
  const path = pathOf(dataDir)
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new CoterieError('storeCorrupt', { path, detail: (error as Error).message })
  }
  if (!Value.Check(MeshFileSchema, value))
    throw new CoterieError('storeCorrupt', { path, detail: 'it is no mesh file' })
  return value
}

export const saveMeshFile = (dataDir: string, file: MeshFile): Promise<void> =>
  writeSecretFile(pathOf(dataDir), `${JSON.stringify(file)}\n`)

/** Whether this node knows another member, who can bring an empty store up to date. Nobody else was there before it has founded. */
export const knowsOthers = (
  { founder, founded, members }: Pick<MeshFile, 'founder' | 'founded' | 'members'>,
  self: NodeId,
): boolean => (!founder || founded === true) && members.some((node) => node !== self)

/** The founder alone knew the mesh: with an empty store it would wait for a log that nobody has. */
export const storeLost = (dataDir: string): CoterieError<'storeCorrupt'> =>
  new CoterieError('storeCorrupt', {
    path: dataDir,
    detail: 'it is empty, and this node has founded its mesh',
  })

/** What a node was in the mesh that it left, kept aside: nothing of it serves a new membership. */
const LEFT_BEHIND = ['mesh.json', 'identity.json', 'store', 'logs', ...CERTIFICATE_FILES]

/** The same of a node that gets a new key: its log lines go on. */
export const REPLACED_FILES: readonly string[] = LEFT_BEHIND.filter((name) => name !== 'logs')

/** Sets the node's identity and store aside, in a folder named after the mesh and the time. The store is closed. */
export const setAside = async (dataDir: string, mesh: string, wallMs: number): Promise<string> => {
  const folder = join(dataDir, `left-${mesh}-${new Date(wallMs).toISOString().replace(/[:.]/g, '-')}`)
  await mkdir(folder, { mode: 0o700 })
  for (const name of LEFT_BEHIND) {
    await rename(join(dataDir, name), join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  return folder
}
