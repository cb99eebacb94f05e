/**
 * The names of images with the digest that their tags stand for, so that all tasks of a revision run the same bytes. See
 * docs/design/engine.md for who is asked, and what takes its place.
 */
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { parseImageName, pinImage, unpinnedImage } from '../../protocols/spec/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContainerEngine } from '../ports/engine.ts'

/** A person waits for the plan. */
const REGISTRY_TIMEOUT_MS = 5_000
/** As the spec bounds the name of an image. */
const NAME_LENGTH_MAX = 512

export interface PinningComponents {
  readonly engine: Pick<ContainerEngine, 'image' | 'digestOf'>
  readonly clock: Clock
}

export interface PinnedName {
  readonly image: string
  /** Why it has no digest, or another one than its registry's; null where all is well. */
  readonly note: string | null
}

export interface Pinning {
  /** `before`: the name in the head of the service, null where there is none. */
  pin(image: string, before: string | null): Promise<PinnedName>
}

const because = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('. ')[0] as string

export const createPinning = ({ engine, clock }: PinningComponents): Pinning => {
  const ask = async (image: string): Promise<string> => {
    const { registry } = parseImageName(image)
    const detail = `nothing came within ${REGISTRY_TIMEOUT_MS / 1000} s`
    const late = new AbortController()
    const cancel = clock.after(REGISTRY_TIMEOUT_MS, () =>
      late.abort(new CoterieError('registryUnreachable', { registry, detail })),
    )
    try {
      return await engine.digestOf(image, late.signal)
    } finally {
      cancel()
    }
  }

  /** What is known without the registry. */
  const fallBack = (image: string, before: string | null, reason: string): PinnedName => {
    const isSame = before !== null && before !== image && unpinnedImage(before) === image
    return isSame
      ? { image: before, note: `pinned as before: ${reason}` }
      : { image, note: `not pinned: ${reason}` }
  }

  return {
    pin: async (image, before) => {
      if (parseImageName(image).digest !== null) return { image, note: null }
      try {
        const present = await engine.image(image)
        if (present !== null && present.digest === null)
          return { image, note: 'not pinned: it came from no registry' }
        try {
          const pinned = pinImage(image, await ask(image))
          return pinned.length > NAME_LENGTH_MAX
            ? { image, note: 'not pinned: its name is too long' }
            : { image: pinned, note: null }
        } catch (error) {
          if (present?.digest == null) throw error
          return { image: pinImage(image, present.digest), note: `pinned as it is here: ${because(error)}` }
        }
      } catch (error) {
        if (isCoterieError(error, 'engineUnreachable'))
          return fallBack(image, before, 'the node that was asked has no engine that answers')
        return fallBack(image, before, because(error))
      }
    },
  }
}
