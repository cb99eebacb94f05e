import type { RecordStore } from '../ports/storage.ts'
import type { OwnImage } from './removal.ts'

/** What we pulled, as it is on disk: a name, and when it was last needed. Whatever is not here is somebody else's. */
export interface OwnImages {
  load(): Promise<void>
  all(): readonly OwnImage[]
  /** On disk when it resolves. @throws `storeFailed` */
  add(image: string, atMs: number): Promise<void>
  /** Of an image that is ours; of another one nothing is noted. */
  needed(image: string, atMs: number): Promise<void>
  forget(image: string): Promise<void>
}

export const createOwnImages = (records: RecordStore): OwnImages => {
  const images = new Map<string, OwnImage>()
  const write = async (image: string, atMs: number): Promise<void> => {
    images.set(image, { image, neededAtMs: atMs })
    await records.write([{ key: image, value: new TextEncoder().encode(String(atMs)) }])
  }
  return {
    load: async () => {
      for await (const [image, value] of records.entries()) {
        const neededAtMs = Number(new TextDecoder().decode(value))
        images.set(image, { image, neededAtMs: Number.isSafeInteger(neededAtMs) ? neededAtMs : 0 })
      }
    },
    all: () => [...images.values()],
    add: write,
    needed: async (image, atMs) => {
      if (images.has(image)) await write(image, atMs)
    },
    forget: async (image) => {
      images.delete(image)
      await records.write([{ key: image, value: null }])
    },
  }
}
