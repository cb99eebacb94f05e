import { once } from 'node:events'
import type { Cli } from '../cli.ts'

/** Resolves once the text is taken, so that a slow reader slows the stream and not our memory. */
export const writeTaken = async ({ stdout, outputClosed }: Cli, text: string): Promise<void> => {
  if (!stdout.write(text)) await once(stdout, 'drain', { signal: outputClosed }).catch(() => {})
}
