/**
 * Loaded into a daemon with `--import`: writes down how late its event loop was, whenever it is sent SIGUSR2, and
 * begins anew. The file is the process's own, next to what `LOOP_DELAY_PATH` names.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds late, over the time since the last note. */
export interface LoopDelay {
  readonly p999Ms: number
  readonly maxMs: number
}

/** How often the loop is looked at; a healthy one is that late by its own timer, which is taken off. */
const RESOLUTION_MS = 5
const NANOSECONDS = 1e6

const path = process.env.LOOP_DELAY_PATH as string
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()

const late = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS)

process.on('SIGUSR2', () => {
  const note: LoopDelay = { p999Ms: late(delay.percentile(99.9)), maxMs: late(delay.max) }
  delay.reset()
  writeFileSync(`${path}.new`, JSON.stringify(note))
  renameSync(`${path}.new`, path)
})
