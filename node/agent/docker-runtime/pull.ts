import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { imageReference, parseImageName, type ServiceSpec } from '../../../protocols/spec/index.ts'
import type { Pull } from '../../../protocols/tasks/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ImageWatch, RegistryLogins } from '../../ports/engine.ts'
import { ACT_TIMEOUT_MS, codedError, type Engine, isRefusal, LOOK_TIMEOUT_MS, refusalText } from './engine.ts'
import { createPullProgress } from './pull-progress.ts'
import { checkArchitecture, isWrongPlatform, pullRefusal } from './pull-refusal.ts'
import { loginFor } from './registry-auth.ts'

/** The engine asks the registry first, which may be slow or far, and takes a while over a large layer. */
const PULL_SILENCE_MS = 10 * 60_000
/** Between two words about progress: they become registers, which every member is told. */
const TELL_EVERY_MS = 1_000

export interface PullComponents {
  readonly engine: Engine
  readonly clock: Clock
  readonly logins: RegistryLogins
  readonly images: ImageWatch
}

/** An image as a service wants it. */
export interface WantedImage {
  readonly image: string
  /** `linux/arm64`; absent for the engine's own. */
  readonly platform: string | undefined
  /** Absent: where it is not here. */
  readonly pull: ServiceSpec['pull']
}

/** Without a tag the engine would pull every one there is. */
const pulledName = (image: string): string => {
  const { tag, digest } = parseImageName(image)
  return tag === null && digest === null ? `${image}:latest` : imageReference(image)
}

type OnPull = (pull: Pull) => void

/** Ends what was begun with its signal where nothing is heard for `silenceMs`. */
const createPatience = (clock: Clock, silenceMs: number) => {
  const ended = new AbortController()
  let cancel = (): void => {}
  const heard = (): void => {
    cancel()
    cancel = clock.after(silenceMs, () => ended.abort(new Error(`it was silent for ${silenceMs} ms`)))
  }
  heard()
  return { signal: ended.signal, heard, end: () => cancel() }
}

const versionOf = (engine: Engine) =>
  engine.call({ timeoutMs: LOOK_TIMEOUT_MS }, (docker) => docker.version())

const pull = async (
  { engine, clock, logins }: PullComponents,
  { image, platform }: WantedImage,
  onPull: OnPull,
  signal: AbortSignal,
): Promise<void> => {
  const login = await loginFor(logins, image)
  const patience = createPatience(clock, PULL_SILENCE_MS)
  const fail = async (detail: string) => {
    if (!isWrongPlatform(detail)) return pullRefusal(image, detail)
    const { Os, Arch } = await versionOf(engine)
    return new CoterieError('imageArchitectureWrong', {
      image,
      has: 'other architectures',
      needs: `${Os}/${Arch}`,
    })
  }
  try {
    const chunks = await engine.call({ timeoutMs: PULL_SILENCE_MS, signal }, (docker, ended) =>
      docker.createImage({
        ...login,
        fromImage: pulledName(image),
        ...(platform !== undefined && { platform }),
        abortSignal: AbortSignal.any([ended, signal, patience.signal]),
      }),
    )
    const progress = createPullProgress()
    let toldAtMs = Number.NEGATIVE_INFINITY
    for await (const chunk of chunks as unknown as AsyncIterable<Buffer>) {
      patience.heard()
      const error = progress.read(chunk.toString('utf8'))
      if (error !== null) throw await fail(error)
      const told = progress.pull()
      if (told.totalBytes === 0 || clock.nowMs() - toldAtMs < TELL_EVERY_MS) continue
      toldAtMs = clock.nowMs()
      onPull(told)
    }
  } catch (error) {
    if (isRefusal(error)) throw await fail(refusalText(error))
    throw signal.aborted ? error : codedError(error)
  } finally {
    patience.end()
  }
}

const inspect = async (engine: Engine, image: string, signal: AbortSignal) => {
  try {
    return await engine.call({ timeoutMs: LOOK_TIMEOUT_MS, signal }, (docker) =>
      docker.getImage(imageReference(image)).inspect(),
    )
  } catch (error) {
    if (isRefusal(error, 404)) return null
    throw error
  }
}

/** Whether the registry is asked though the image is here: a digest says that it is the one. */
const isStale = ({ image, pull: policy }: WantedImage): boolean =>
  policy === 'always' && parseImageName(image).digest === null

/** Pulls what is absent: it is ours from before the pull on, and no longer where that fails. */
const pullAsOurs = async (
  components: PullComponents,
  wanted: WantedImage,
  onPull: OnPull,
  signal: AbortSignal,
): Promise<void> => {
  const { images } = components
  const reference = imageReference(wanted.image)
  await images.pulling(reference)
  try {
    await pull(components, wanted, onPull, signal)
  } catch (error) {
    // An engine that is silent may have it all the same.
    if (!isCoterieError(error, 'engineUnreachable') && !signal.aborted) await images.failed(reference)
    throw error
  }
}

/**
 * Makes sure that the image is on this machine, and fit for it; one that is present is not asked for again, unless the spec wants that.
 * @throws `imageUnavailable`, `imageArchitectureWrong`, `registryRefused`, `registryUnreachable`, `engineUnreachable`
 */
export const ensureImage = async (
  components: PullComponents,
  wanted: WantedImage,
  onPull: OnPull,
  signal: AbortSignal,
): Promise<void> => {
  const { engine, images } = components
  const { image, platform } = wanted
  const before = await inspect(engine, image, signal)
  if (before === null && wanted.pull === 'never')
    throw new CoterieError('imageUnavailable', { image, detail: 'its service says that it is never pulled' })
  if (before === null) await pullAsOurs(components, wanted, onPull, signal)
  // What was here before is somebody else's, whatever comes in its place.
  else if (isStale(wanted)) await pull(components, wanted, onPull, signal)
  images.needed(imageReference(image))
  // Who names a platform has a way to run it.
  if (platform !== undefined) return
  const present = before !== null && !isStale(wanted) ? before : await inspect(engine, image, signal)
  if (present?.Architecture) checkArchitecture(image, present, await versionOf(engine))
}

/** @throws `imageUnavailable`, `registryRefused`, `registryUnreachable`, `engineUnreachable` */
export const digestOf = async (
  { engine, logins }: Pick<PullComponents, 'engine' | 'logins'>,
  image: string,
  signal: AbortSignal,
): Promise<string> => {
  const login = await loginFor(logins, image)
  try {
    const { Descriptor } = await engine.call({ timeoutMs: ACT_TIMEOUT_MS, signal }, (docker) =>
      docker.getImage(imageReference(image)).distribution(login),
    )
    return Descriptor.digest
  } catch (error) {
    if (isRefusal(error)) throw pullRefusal(image, refusalText(error))
    if (isCoterieError(error)) throw error
    throw signal.aborted ? error : codedError(error)
  }
}
