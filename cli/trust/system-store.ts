/** What all programs of a machine trust, but for browsers with stores of their own. */
import { copyFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type MeshRoot, readRoot } from './mesh-root.ts'
import { saidBy, type TrustStore, unusable } from './store.ts'
import type { Tools } from './tools.ts'

interface Family {
  /** From the root of the file system. */
  readonly folder: string
  /** Files that end otherwise are not looked at. */
  readonly ending: string
  readonly command: string
  /** Its words where a file was taken away. */
  readonly afresh: readonly string[]
}

const FAMILIES: readonly Family[] = [
  // Debian and its kin.
  {
    folder: 'usr/local/share/ca-certificates',
    ending: '.crt',
    command: 'update-ca-certificates',
    afresh: ['--fresh'],
  },
  // Fedora and its kin.
  { folder: 'etc/pki/ca-trust/source/anchors', ending: '.pem', command: 'update-ca-trust', afresh: [] },
]

export interface System {
  readonly platform: string
  readonly isRoot: boolean
  /** Before the folders; `/` but in tests. */
  readonly root: string
}

const NAME = 'The store of this system'

const PRINT = 'coterie trust --print > root.pem (with --api and --fingerprint as here)'

/** @throws `trustStoreUnusable` where this program cannot change it */
export const openSystemStore = (tools: Tools, { root: base, isRoot, platform }: System): TrustStore => {
  const family = FAMILIES.find(({ command }) => tools.has(command))
  if (platform !== 'linux' || family === undefined) {
    const detail = platform === 'linux' ? noTool() : `on ${platform} coterie does not know how`
    throw unusable({ name: NAME, path: platform }, detail, byHand(platform))
  }
  const folder = join(base, family.folder)
  const place = { name: NAME, path: folder }
  const pathOf = ({ mesh }: MeshRoot): string => join(folder, `coterie-${mesh}${family.ending}`)
  const update = async (args: readonly string[]): Promise<void> => {
    const ran = await tools.run(family.command, args)
    if (ran.code !== 0)
      throw unusable(
        place,
        saidBy(family.command, ran),
        `Cure that, then type ${[family.command, ...args].join(' ')}`,
      )
  }
  const check = (): void => {
    if (!isRoot)
      throw unusable(
        place,
        'only root may',
        `Type ${PRINT}, then sudo coterie trust --system --file root.pem`,
      )
  }
  const changing = async (change: () => Promise<void>): Promise<void> => {
    check()
    await change().catch((error: Error) => {
      throw unusable(place, error.message, 'Let root write there')
    })
  }
  const has = async (root: MeshRoot): Promise<boolean> => {
    const text = await readFile(pathOf(root), 'utf8').catch(() => '')
    return readRoot(text)?.fingerprint === root.fingerprint
  }
  return {
    ...place,
    check,
    has,
    add: async (root, from) => {
      await changing(() => copyFile(from, pathOf(root)))
      await update([])
    },
    remove: async (root) => {
      if (!(await has(root))) return
      await changing(() => rm(pathOf(root)))
      await update(family.afresh)
    },
  }
}

const byHand = (platform: string): string =>
  platform === 'darwin'
    ? `Type ${PRINT}, then sudo security add-trusted-cert -d -r trustRoot -p ssl -k /Library/Keychains/System.keychain root.pem`
    : `Type ${PRINT}, and add that file by hand to what this system trusts for servers`

const noTool = (): string =>
  `there is neither ${FAMILIES.map(({ command }) => command).join(' nor ')}, which come in the package ca-certificates`
