/** The stores of Chromium and Firefox on Linux: databases of NSS, which its certutil changes. */
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type MeshRoot, readRoot } from './mesh-root.ts'
import { saidBy, type TrustStore, unusable } from './store.ts'
import type { Ran, Tools } from './tools.ts'

/** Trusted to sign for servers, and for nothing else. */
const FOR_SERVERS = 'C,,'

const PACKAGES = 'libnss3-tools on Debian and Ubuntu, nss-tools on Fedora, nss on Arch'

const labelOf = ({ mesh }: MeshRoot): string => `coterie mesh ${mesh}`

const isDatabase = (folder: string): boolean => existsSync(join(folder, 'cert9.db'))

/** One database; made where there is none. */
export const createNssStore = (tools: Tools, place: Pick<TrustStore, 'name' | 'path'>): TrustStore => {
  const database = ['-d', `sql:${place.path}`]
  const check = (): void => {
    if (!tools.has('certutil'))
      throw unusable(place, 'there is no certutil', `Install it (${PACKAGES}), then type the command again`)
  }
  const certutil = async (...args: readonly string[]): Promise<Ran> => {
    check()
    return await tools.run('certutil', [...args, ...database])
  }
  const change = async (...args: readonly string[]): Promise<void> => {
    const ran = await certutil(...args)
    if (ran.code === 0) return
    const typed = ['certutil', ...args, ...database].map((word) => (/\s/.test(word) ? `"${word}"` : word))
    throw unusable(place, saidBy('certutil', ran), `Close the browser, then type: ${typed.join(' ')}`)
  }
  const has = async (root: MeshRoot): Promise<boolean> => {
    if (!isDatabase(place.path)) return false
    const { code, stdout } = await certutil('-L', '-n', labelOf(root), '-a')
    return code === 0 && readRoot(stdout)?.fingerprint === root.fingerprint
  }
  return {
    ...place,
    check,
    has,
    add: async (root, file) => {
      if (!isDatabase(place.path)) {
        await mkdir(place.path, { recursive: true, mode: 0o700 }).catch((error: Error) => {
          throw unusable(place, error.message, 'Let this user write there')
        })
        await change('-N', '--empty-password')
      }
      await change('-A', '-n', labelOf(root), '-t', FOR_SERVERS, '-i', file)
    },
    remove: async (root) => {
      if (await has(root)) await change('-D', '-n', labelOf(root))
    },
  }
}

export interface Home {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const CHROMIUM = 'Chromium and its kin'

const profilesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => join(folder, name)).filter(isDatabase)
}

/** Those of the browsers that this user has; Chromium's own where there is none yet, since it is made at its first start. */
export const browserStores = async (tools: Tools, { home, env }: Home): Promise<TrustStore[]> => {
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local/share')
  const usual = join(home, '.pki/nssdb')
  const shared = [usual, join(data, 'pki/nssdb'), join(home, 'snap/chromium/current/.pki/nssdb')]
  const found = shared.filter(isDatabase)
  const ofFirefox = await Promise.all(
    ['.mozilla/firefox', '.config/mozilla/firefox', 'snap/firefox/common/.mozilla/firefox'].map((folder) =>
      profilesIn(join(home, folder)),
    ),
  )
  return [
    ...(found.length > 0 ? found : [usual]).map((path) => createNssStore(tools, { name: CHROMIUM, path })),
    ...ofFirefox.flat().map((path) => createNssStore(tools, { name: 'Firefox', path })),
  ]
}
