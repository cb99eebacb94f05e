/** Finding and reading the Compose file that is meant. */
import { access, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Cli } from '../cli.ts'
import { type ComposeFile, parseCompose } from '../compose/index.ts'
import { plain } from '../output.ts'

/** Where `-f` is absent, the first of these in the working directory; in the order of the Compose specification. */
const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/**
 * The services of the file that was given, or of the one in the working directory; warnings go to standard error.
 * @throws `composeMissing`, `composeUnreadable`, `composeInvalid`
 */
export const readComposeFile = async (cli: Cli, given: string | undefined): Promise<ComposeFile> => {
  const file = given ?? (await findDefault(cli.machine.cwd))
  const path = resolve(cli.machine.cwd, file)
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new CoterieError('composeUnreadable', { file, detail: error.message })
  })
  const compose = parseCompose(text, file, basename(dirname(path)))
  for (const { line, column, where, detail } of compose.warnings)
    cli.stderr.write(`coterie: ${file}:${line}:${column}: ${plain(where)} ${plain(detail)}\n`)
  return compose
}

const findDefault = async (folder: string): Promise<string> => {
  for (const name of DEFAULT_NAMES)
    if (
      await access(join(folder, name)).then(
        () => true,
        () => false,
      )
    )
      return name
  throw new CoterieError('composeMissing', { folder, names: DEFAULT_NAMES })
}
