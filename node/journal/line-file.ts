/**
 * Numbered lines on disk, in two files that take turns, so that the newest of them stay and the size is bounded.
 *
 * Guarantees: `append` never waits and never throws; lines are written in order; what is read are whole lines. Not
 * guaranteed: that a line is on disk when the machine stops. What cannot be written is left out and counted.
 */
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { READ_BYTES } from './limits.ts'
import { type Line, parseLine } from './line.ts'

export interface LineFileInit {
  readonly path: string
  /** Of each of the two files. */
  readonly bytesMax: number
  /** Characters that may wait for the disk. */
  readonly pendingLengthMax: number
}

const ifThere = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null
  throw error
}

export class LineFile {
  readonly #init: LineFileInit
  readonly #beforePath: string
  #handle: FileHandle | null = null
  #bytes = 0
  /** True where the last write may have ended in the middle of a line. */
  #isTorn = true
  #pending: string[] = []
  #pendingLength = 0
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  #lost = 0
  #problem: string | null = null

  constructor(init: LineFileInit) {
    this.#init = init
    this.#beforePath = `${init.path}.1`
  }

  /** Lines that were left out since the start. */
  get lost(): number {
    return this.#lost
  }

  /** Why the last write failed; null where it did not. */
  get problem(): string | null {
    return this.#problem
  }

  append(text: string): void {
    this.#pending.push(text)
    this.#pendingLength += text.length
    while (this.#pendingLength > this.#init.pendingLengthMax) {
      this.#pendingLength -= this.#pending.shift()?.length ?? 0
      this.#lost += 1
    }
    if (this.#isWriting) return
    this.#isWriting = true
    this.#writing = this.#writeAll()
  }

  /** All lines that are kept and can be read, the oldest first, up to what is written while they are read. */
  async *lines(): AsyncGenerator<Line> {
    // The newer one first: where they take turns in between, lines come twice instead of not at all.
    const newer = await open(this.#init.path, 'r').catch(() => null)
    const older = await open(this.#beforePath, 'r').catch(() => null)
    try {
      for (const handle of [older, newer]) if (handle !== null) yield* linesOf(handle)
    } finally {
      await Promise.all([newer?.close(), older?.close()])
    }
  }

  /** The number of the last line; null where there is none. */
  async last(): Promise<number | null> {
    for (const path of [this.#init.path, this.#beforePath]) {
      const handle = await open(path, 'r').catch(ifThere)
      if (handle === null) continue
      try {
        const { size } = await handle.stat()
        let last: number | null = null
        for await (const { sequence } of linesOf(handle, Math.max(0, size - READ_BYTES))) last = sequence
        if (last !== null) return last
      } finally {
        await handle.close()
      }
    }
    return null
  }

  /** Resolves when all that was appended is written, or left out. */
  async flush(): Promise<void> {
    while (this.#isWriting) await this.#writing
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#shut()
  }

  /** Closes and deletes it. */
  async remove(): Promise<void> {
    await this.close()
    await Promise.all([this.#init.path, this.#beforePath].map((path) => rm(path, { force: true })))
  }

  async #writeAll(): Promise<void> {
    // What is logged in one turn is written at once.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const lines = this.#pending
      this.#pending = []
      this.#pendingLength = 0
      try {
        await this.#write(new TextEncoder().encode(`${lines.join('\n')}\n`))
        this.#problem = null
      } catch (error) {
        this.#lost += lines.length
        this.#problem = (error as Error).message
        this.#isTorn = true
        await this.#shut().catch(() => undefined)
      }
    }
    this.#isWriting = false
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#handle ??= await this.#openNewest()
    if (this.#bytes + bytes.byteLength > this.#init.bytesMax && this.#bytes > 0) await this.#turn()
    if (this.#isTorn) await this.#handle.appendFile('\n')
    this.#isTorn = false
    await this.#handle.appendFile(bytes)
    this.#bytes += bytes.byteLength
  }

  async #openNewest(): Promise<FileHandle> {
    this.#bytes = (await stat(this.#init.path).catch(ifThere))?.size ?? 0
    // An empty file has no half line.
    if (this.#bytes === 0) this.#isTorn = false
    return open(this.#init.path, 'a', 0o600)
  }

  async #turn(): Promise<void> {
    await this.#shut()
    await rename(this.#init.path, this.#beforePath)
    this.#handle = await this.#openNewest()
  }

  async #shut(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }
}

async function* linesOf(handle: FileHandle, from = 0): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  const buffer = new Uint8Array(READ_BYTES)
  let rest = ''
  for (let position = from; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    const texts = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n')
    rest = texts.pop() ?? ''
    // No line is that long: whatever it is, it is not held.
    if (rest.length > READ_BYTES) rest = ''
    for (const text of texts) {
      const line = parseLine(text)
      if (line !== null) yield line
    }
  }
}
