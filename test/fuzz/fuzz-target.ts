/** Runs frames against one target and judges what comes of each. */
import { createRandom } from '../../node/simulation/random.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { Breach, Refused, type Subject, type Target } from './target.ts'

/** Frames that one subject takes before the next fresh one: long enough for a state to grow, short enough to replay. */
export const EPISODE_FRAMES = 256

export interface FuzzInit {
  readonly seed: number
  readonly from: number
  readonly frames: number
}

export interface FuzzCounts {
  readonly frames: number
  readonly accepted: number
  /** Code -> how many frames were refused with it. */
  readonly refused: Readonly<Record<string, number>>
  /** Time of the processor, so that a busy machine makes no frame slow. */
  readonly slowestMs: number
  readonly slowestFrame: number
}

const HEX_LENGTH_MAX = 4_096

const replayLine = (target: Target, seed: number, frame: number): string =>
  `npm run fuzz -- --target ${target.name} --seed ${seed} --frame ${frame}`

/** A find, with all that is needed to see it again. */
const findOf = (target: Target, seed: number, at: number, frame: Uint8Array, detail: string): Breach => {
  const hex = Buffer.from(frame).toString('hex')
  const shown =
    hex.length > HEX_LENGTH_MAX ? `${hex.slice(0, HEX_LENGTH_MAX)}... (${frame.byteLength} bytes)` : hex
  return new Breach(
    `${target.name}, seed ${seed}, frame ${at}: ${detail}\n  frame: ${shown}\n  again: ${replayLine(target, seed, at)}`,
  )
}

/** A key that somebody put on the prototype of all objects, arrays or functions; null where nobody did. */
const strayKey = (): string | null => {
  for (const key in []) return key
  for (const key in () => {}) return key
  return null
}

/** A generator for one frame alone, so that a frame is made again without those before it. */
const randomOf = (seed: number, frame: number) => createRandom(Math.imul(seed, 0x85ebca6b) + frame)

/** The code of a refusal; whatever else was thrown is a find. */
const refusalOf = (target: Target, error: unknown): string => {
  if (error instanceof Breach) throw error
  const code = error instanceof Refused || isCoterieError(error) ? error.code : null
  if (code === null) throw new Breach(`it threw ${(error as Error)?.stack ?? String(error)}`)
  if (!target.codes.includes(code))
    throw new Breach(`it was refused with ${code}: ${(error as Error).message}`)
  return code
}

/** Takes one frame; null where it was accepted, else the code. */
const takeFrame = async (target: Target, subject: Subject, frame: Uint8Array): Promise<string | null> => {
  const before = subject.fingerprint()
  let refusal: string | null = null
  try {
    const taken = subject.take(frame)
    if (taken !== undefined) await taken
  } catch (error) {
    refusal = refusalOf(target, error)
    const after = subject.fingerprint()
    if (after !== before)
      throw new Breach(`refused with ${refusal}, it changed the state\n  ${before}\n  ${after}`)
  }
  return refusal
}

/** Frames `from` to `from + frames` of that seed. Those of the episode before `from` run unjudged, to build its state. */
export const fuzzTarget = async (target: Target, { seed, from, frames }: FuzzInit): Promise<FuzzCounts> => {
  const refused: Record<string, number> = {}
  let [accepted, slowestMs, slowestFrame] = [0, 0, from]
  let subject: Subject | null = null
  for (let at = from - (from % EPISODE_FRAMES); at < from + frames; at++) {
    if (subject === null || at % EPISODE_FRAMES === 0) subject = target.open(randomOf(seed, -1 - at))
    const frame = subject.make(randomOf(seed, at))
    const started = process.threadCpuUsage()
    let refusal: string | null
    try {
      refusal = await takeFrame(target, subject, frame)
      if (strayKey() !== null) throw new Breach(`it left ${strayKey()} on a prototype`)
    } catch (error) {
      if (error instanceof Breach) throw findOf(target, seed, at, frame, error.message)
      throw error
    }
    const { user, system } = process.threadCpuUsage(started)
    const tookMs = (user + system) / 1_000
    if (at < from) continue
    if (tookMs > slowestMs) [slowestMs, slowestFrame] = [tookMs, at]
    if (refusal === null) accepted++
    else refused[refusal] = (refused[refusal] ?? 0) + 1
  }
  return { frames, accepted, refused, slowestMs, slowestFrame }
}
