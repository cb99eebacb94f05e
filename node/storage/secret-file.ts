import { CoterieError } from '../../protocols/errors/index.ts'
import { replaceFile } from './files.ts'

/**
 * Writes a secret so that only this user reads it (mode 0600) and a crash leaves the old file or the new one.
 * @throws `storeFailed`
 */
export const writeSecretFile = async (path: string, text: string): Promise<void> => {
  try {
    await replaceFile(path, text)
  } catch (error) {
    throw new CoterieError('storeFailed', { path, detail: (error as Error).message })
  }
}
