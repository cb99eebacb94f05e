import { CoterieError } from '../../protocols/errors/index.ts'
import type { MeshRoot } from './mesh-root.ts'
import type { Ran } from './tools.ts'

/** A place where programs look for what they trust. */
export interface TrustStore {
  /** For people. */
  readonly name: string
  readonly path: string
  /** To be asked before a person is. @throws `trustStoreUnusable` where it cannot be changed from here */
  check(): void
  /** @throws `trustStoreUnusable` */
  has(root: MeshRoot): Promise<boolean>
  /** `file`: the root in PEM. The same again changes nothing. @throws `trustStoreUnusable` */
  add(root: MeshRoot, file: string): Promise<void>
  /** What is not there is gone. @throws `trustStoreUnusable` */
  remove(root: MeshRoot): Promise<void>
}

export const unusable = (store: Pick<TrustStore, 'name' | 'path'>, detail: string, remedy: string) =>
  new CoterieError('trustStoreUnusable', { store: `${store.name} (${store.path})`, detail, remedy })

/** What a tool that failed says, on one line. */
export const saidBy = (command: string, { code, stdout, stderr }: Ran): string =>
  `${command} ended with ${code}: ${(stderr || stdout).trim().replace(/\s*\n\s*/g, '; ')}`
