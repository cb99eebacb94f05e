/** Copies of the journals of other members: the last lines of each, bounded in size and number. See docs/design/journal.md. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { makeDirectory } from '../files/index.ts'
import type { ReadLines } from './journal.ts'
import { COPIES_MAX, COPY_BYTES_MAX, PENDING_LENGTH_MAX } from './limits.ts'
import { parseLine } from './line.ts'
import { LineFile } from './line-file.ts'

interface Copy {
  readonly file: LineFile
  last: number | null
}

const EXTENSION = '.log'

export class Copies {
  readonly #directory: string
  readonly #open = new Map<NodeId, Copy>()
  /** One at a time, so that no two make room, or write the same lines. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The number of the last line that is kept of that node; null where none is. */
  async held(of: NodeId): Promise<number | null> {
    return this.#open.get(of)?.last ?? (await this.#fileOf(of).last())
  }

  /** Lines of that node's copy. What is added while they are read may be left out. */
  readOf(of: NodeId): ReadLines {
    const file = this.#open.get(of)?.file ?? this.#fileOf(of)
    return async function* (from, { signal }) {
      let next = from
      for await (const line of file.lines()) {
        if (signal.aborted) return
        if (line.sequence < next) continue
        yield line
        next = line.sequence + 1
      }
    }
  }

  /**
   * Adds lines of that node which its copy does not have yet; resolves with the number of the last one when they are written.
   * @throws `logCopyRefused`, `storeFailed`
   */
  keep(of: NodeId, texts: readonly string[]): Promise<number | null> {
    return this.#inTurn(() => this.#keep(of, texts))
  }

  /** Drops the copy of a node. */
  forget(of: NodeId): Promise<void> {
    return this.#inTurn(async () => {
      const file = this.#open.get(of)?.file ?? this.#fileOf(of)
      this.#open.delete(of)
      await file.remove()
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { file } of this.#open.values()) await file.close()
      this.#open.clear()
    })
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #keep(of: NodeId, texts: readonly string[]): Promise<number | null> {
    const copy = this.#open.get(of) ?? (await this.#begin(of))
    let last = copy.last
    for (const text of texts) {
      const line = parseLine(text)
      if (line === null) throw new CoterieError('logCopyRefused', { detail: 'one of them is no line' })
      if (line.sequence <= (last ?? -1)) continue
      copy.file.append(line.text)
      last = line.sequence
    }
    await copy.file.flush()
    const { problem } = copy.file
    if (problem !== null) throw new CoterieError('storeFailed', { path: this.#pathOf(of), detail: problem })
    copy.last = last
    return last
  }

  async #begin(of: NodeId): Promise<Copy> {
    try {
      await makeDirectory(this.#directory)
      await this.#makeRoom(of)
      const file = this.#fileOf(of)
      const copy = { file, last: await file.last() }
      this.#open.set(of, copy)
      return copy
    } catch (error) {
      throw new CoterieError('storeFailed', { path: this.#directory, detail: (error as Error).message })
    }
  }

  /** Where there are as many as may be, the one that was quiet longest goes. */
  async #makeRoom(of: NodeId): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) => name.endsWith(EXTENSION))
    if (names.length < COPIES_MAX || names.includes(`${of}${EXTENSION}`)) return
    const written = await Promise.all(
      names.map(async (name) => ({ name, atMs: (await stat(join(this.#directory, name))).mtimeMs })),
    )
    const [quiet] = written.sort((a, b) => a.atMs - b.atMs)
    if (quiet === undefined) return
    const node = quiet.name.slice(0, -EXTENSION.length)
    const file = this.#open.get(node)?.file ?? this.#fileOf(node)
    this.#open.delete(node)
    await file.remove()
  }

  #pathOf(of: NodeId): string {
    return join(this.#directory, `${of}${EXTENSION}`)
  }

  #fileOf(of: NodeId): LineFile {
    const bounds = { bytesMax: COPY_BYTES_MAX, pendingLengthMax: PENDING_LENGTH_MAX }
    return new LineFile({ path: this.#pathOf(of), ...bounds })
  }
}
