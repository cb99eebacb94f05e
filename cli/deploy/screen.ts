/** The progress of slots: one line each that changes in place on a terminal, one line for each change elsewhere. */
import type { Writable } from 'node:stream'
import { isTerminal } from '../output.ts'
import type { Slot } from './slots.ts'

export type Show = (slots: readonly Slot[], changed: readonly Slot[]) => void

interface Terminal {
  readonly columns: number
  readonly rows: number
}

/** A serial line says that it has no size. */
const sizeOf = (stream: Writable): Terminal => {
  const { columns, rows } = stream as Partial<Terminal>
  return { columns: columns || 80, rows: rows || 24 }
}

/** Moves to the start of the line `up` lines above, and clears all below. */
const backTo = (up: number): string => (up === 0 ? '' : `\u001b[${up}F\u001b[0J`)

export const createScreen = (stream: Writable): Show => {
  const { columns, rows } = sizeOf(stream)
  let drawn = 0
  return (slots, changed) => {
    if (changed.length === 0) return
    // What does not fit on the screen cannot be drawn over.
    if (!isTerminal(stream) || slots.length >= rows) {
      stream.write(changed.map(lineOf).join(''))
      return
    }
    // A line that wraps would count as two.
    const lines = slots.map(
      (slot) =>
        `${lineOf(slot)
          .slice(0, -1)
          .slice(0, columns - 1)}\n`,
    )
    stream.write(`${backTo(drawn)}${lines.join('')}`)
    drawn = lines.length
  }
}

const lineOf = ({ label, text }: Slot): string => `${label}  ${text}\n`
