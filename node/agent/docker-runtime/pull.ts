import { CoterieError } from '../../../protocols/errors/index.ts'
import { codedError, type Engine, isRefusal, LOOK_TIMEOUT_MS, refusalText } from './engine.ts'

/** Until the engine begins to tell of its progress: it asks the registry first, which may be slow or far. */
const PULL_ANSWER_TIMEOUT_MS = 10 * 60_000

/** Without a tag the engine would pull every one there is. */
const tagged = (image: string): string =>
  image.includes('@') || image.slice(image.lastIndexOf('/')).includes(':') ? image : `${image}:latest`

/** The error in a line of progress; the engine tells of most failures there, after it has answered 200. */
const errorIn = (line: string): string | null => {
  if (line.trim() === '') return null
  const progress: unknown = JSON.parse(line)
  return typeof progress === 'object' && progress !== null && 'error' in progress
    ? String(progress.error)
    : null
}

const readProgress = async (chunks: AsyncIterable<Buffer>): Promise<string | null> => {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    const error = lines.map(errorIn).find((found) => found !== null)
    if (error !== undefined) return error
  }
  return errorIn(rest)
}

/**
 * Makes sure that the image is on this machine; one that is present is not asked for again.
 * @throws `imageUnavailable`, `engineUnreachable`
 */
export const ensureImage = async (engine: Engine, image: string, signal: AbortSignal): Promise<void> => {
  try {
    await engine.call({ timeoutMs: LOOK_TIMEOUT_MS, signal }, (docker) => docker.getImage(image).inspect())
    return
  } catch (error) {
    if (!isRefusal(error, 404)) throw error
  }
  const unavailable = (detail: string) => new CoterieError('imageUnavailable', { image, detail })
  try {
    const progress = await engine.call({ timeoutMs: PULL_ANSWER_TIMEOUT_MS, signal }, (docker, ended) =>
      docker.createImage({ fromImage: tagged(image), abortSignal: AbortSignal.any([ended, signal]) }),
    )
    const error = await readProgress(progress as unknown as AsyncIterable<Buffer>)
    if (error !== null) throw unavailable(error)
  } catch (error) {
    if (isRefusal(error)) throw unavailable(refusalText(error))
    throw signal.aborted ? error : codedError(error)
  }
}
