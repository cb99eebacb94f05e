/**
 * The names of images with the digest that their tags stand for, so that all tasks of a revision run the same bytes. See
 * docs/design/engine.md for who is asked, and what takes its place.
 */
import {
  IMAGE_LENGTH_MAX,
  IMAGE_NOTE_LENGTH_MAX,
  pinAnswerCodec,
  pinRequestCodec,
} from '../../protocols/engine/index.ts'
import { CoterieError, errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import { parseImageName, pinImage, unpinnedImage } from '../../protocols/spec/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContainerEngine } from '../ports/engine.ts'
import type { Requests } from '../ports/network.ts'

/** A person waits for the plan. */
const REGISTRY_TIMEOUT_MS = 5_000
/** A member looks at its engine, and asks the registry. */
const MEMBER_TIMEOUT_MS = 8_000
/** Members that are asked, one after the other, where this node has no engine. */
const MEMBERS_ASKED_MAX = 2

export interface PinningComponents {
  readonly engine: Pick<ContainerEngine, 'image' | 'digestOf'>
  readonly requests: Requests
  /** Other members whose engine answers, by their own word. */
  engines(): readonly NodeId[]
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

const because = (error: unknown): string => errorBody(error).message

/** What is known without the registry. */
const fallBack = (image: string, before: string | null, reason: string): PinnedName => {
  const isSame = before !== null && before !== image && unpinnedImage(before) === image
  return isSame
    ? { image: before, note: `pinned as before: ${reason}` }
    : { image, note: `not pinned: ${reason}` }
}

export const createPinning = ({ engine, requests, engines, clock }: PinningComponents): Pinning => {
  const askRegistry = async (image: string): Promise<string> => {
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

  /** By the engine of this node. @throws `engineUnreachable` */
  const pinHere = async (image: string, before: string | null): Promise<PinnedName> => {
    const present = await engine.image(image)
    if (present !== null && present.digest === null)
      return { image, note: 'not pinned: it came from no registry' }
    try {
      const pinned = pinImage(image, await askRegistry(image))
      return pinned.length > IMAGE_LENGTH_MAX
        ? { image, note: 'not pinned: its name is too long' }
        : { image: pinned, note: null }
    } catch (error) {
      if (isCoterieError(error, 'engineUnreachable')) throw error
      return present?.digest == null
        ? fallBack(image, before, because(error))
        : { image: pinImage(image, present.digest), note: `pinned as it is there: ${because(error)}` }
    }
  }

  /** By the engine of another node; null where none tells. */
  const pinElsewhere = async (image: string, before: string | null): Promise<PinnedName | null> => {
    const payload = pinRequestCodec.encode({ image, before })
    for (const node of engines().slice(0, MEMBERS_ASKED_MAX)) {
      try {
        const options = { timeoutMs: MEMBER_TIMEOUT_MS }
        return pinAnswerCodec.decode(await requests.request(node, PROTOCOLS.images, payload, options))
      } catch {
        // The next one may answer.
      }
    }
    return null
  }

  requests.handleRequest(PROTOCOLS.images, async (_, payload) => {
    const { image, before } = pinRequestCodec.decode(payload)
    const { note, ...pinned } = await pinHere(image, before)
    return pinAnswerCodec.encode({ ...pinned, note: note?.slice(0, IMAGE_NOTE_LENGTH_MAX) ?? null })
  })

  return {
    pin: async (image, before) => {
      if (parseImageName(image).digest !== null) return { image, note: null }
      try {
        return await pinHere(image, before)
      } catch {
        const found = await pinElsewhere(image, before)
        return found ?? fallBack(image, before, 'no engine of the mesh answers')
      }
    },
  }
}
