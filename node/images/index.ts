/**
 * The images of this node: which of them are ours, and when those go. What was here before we pulled it is never touched; what a kept
 * revision names stays. See docs/design/engine.md.
 */
export { createPinning, type Pinning } from './pinning.ts'

import type { Clock } from '../ports/clock.ts'
import type { ContainerEngine, ImageWatch } from '../ports/engine.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'
import { createOwnImages } from './own-images.ts'
import { removable } from './removal.ts'

/** Images are of hundreds of megabytes, and needed for days: nothing is lost by looking seldom. */
const LOOK_EVERY_MS = 10 * 60_000
/** After a pull, which may have filled the disk. */
const LOOK_SOON_MS = 5_000

export interface ImagesComponents {
  readonly engine: Pick<ContainerEngine, 'removeImage' | 'imageDirectory'>
  /** A collection of its own. */
  readonly records: RecordStore
  readonly clock: Clock
  readonly logger: Logger
  /** References of the images in revisions that are kept. */
  pinned(): ReadonlySet<string>
  /** Free bytes of the disk with that directory; null where this machine does not see it. */
  freeBytes(directory: string): Promise<number | null>
}

export interface ImagesInit {
  /** How long an image that nothing needs is kept. */
  readonly ageMs: number
  /** Below this much free room images go without waiting for that. */
  readonly floorBytes: number
}

export interface ImageCounts {
  /** Images that are ours. */
  readonly own: number
  /** Those of them that a kept revision names; as the last look had it. */
  readonly pinned: number
  /** Since the start of the daemon. */
  readonly removed: number
}

export interface Images extends Service, ImageWatch {
  counts(): ImageCounts
  /** Removes what may go now. */
  look(): Promise<void>
}

export const createImages = (components: ImagesComponents, { ageMs, floorBytes }: ImagesInit): Images => {
  const { engine, clock, logger, pinned, freeBytes } = components
  const own = createOwnImages(components.records)
  let removed = 0
  /** What was pinned at the last look. */
  let names: ReadonlySet<string> = new Set()
  let looking: Promise<void> | null = null
  let cancel = (): void => {}
  let isDueSoon = false
  let stopped = false

  const isShort = async (): Promise<boolean> => {
    const free = await freeBytes(await engine.imageDirectory())
    return free !== null && free < floorBytes
  }

  const remove = async (image: string): Promise<void> => {
    const result = await engine.removeImage(image)
    // A container needs it: it is as good as new.
    if (result === 'kept') return own.needed(image, clock.wallMs())
    await own.forget(image)
    if (result === 'absent') return
    removed += 1
    logger.info({ image }, 'an image that nothing needs was removed')
  }

  const lookOnce = async (): Promise<void> => {
    names = pinned()
    const tried = new Set<string>()
    while (!stopped) {
      const isDiskShort = await isShort()
      const isPinned = (image: string) => names.has(image)
      const env = { nowMs: clock.wallMs(), ageMs, isShort: isDiskShort, isPinned }
      const next = removable(own.all(), env).find(({ image }) => !tried.has(image))
      if (next === undefined) return
      tried.add(next.image)
      await remove(next.image)
    }
  }

  const look = (): Promise<void> => {
    cancel()
    isDueSoon = false
    looking ??= lookOnce()
      .catch((error: Error) => logger.debug({ detail: error.message }, 'images could not be looked at'))
      .finally(() => {
        looking = null
        lookAfter(isDueSoon ? LOOK_SOON_MS : LOOK_EVERY_MS)
      })
    return looking
  }

  const lookAfter = (delayMs: number): void => {
    cancel()
    if (!stopped) cancel = clock.after(delayMs, () => void look())
  }

  return {
    pulling: (image) => own.add(image, clock.wallMs()),
    failed: (image) => own.forget(image),
    needed: (image) => {
      own
        .needed(image, clock.wallMs())
        .catch((error: Error) => logger.warn({ image, detail: error.message }, 'an image was not noted'))
      // One start after the other does not put it off.
      if (!isDueSoon) lookAfter(LOOK_SOON_MS)
      isDueSoon = true
    },
    counts: () => {
      const all = own.all()
      return { own: all.length, pinned: all.filter(({ image }) => names.has(image)).length, removed }
    },
    look,
    start: async () => {
      await own.load()
      names = pinned()
      lookAfter(LOOK_EVERY_MS)
    },
    stop: async () => {
      stopped = true
      cancel()
      await looking
    },
  }
}
