/** What is shown anew with each change, until nobody reads it any more. */
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'
import { isGone } from '../gone.ts'
import { isTerminal } from '../output.ts'
import { wakeOnEvents } from '../wake.ts'

/** Where no event tells of a change; times on the screen go on as well. */
const LOOK_MS = 1_000
const HOME_AND_CLEAR = '\u001b[H\u001b[2J'

export interface Shown {
  /** Differs where there is something new. */
  readonly key: string
  readonly text: string
}

/** On a terminal the screen is drawn anew with each look; elsewhere each change is printed below the one before. */
export const watch = async (client: Client, cli: Cli, look: () => Promise<Shown>): Promise<void> => {
  const { stdout, stderr, outputClosed: signal } = cli
  const isScreen = isTerminal(stdout)
  const { rows = 24 } = stdout as { rows?: number }
  const stirred = wakeOnEvents(client, signal)
  let last = ''
  let isAway = false
  while (!signal.aborted) {
    try {
      const { key, text } = await look()
      isAway = false
      if (isScreen)
        stdout.write(
          HOME_AND_CLEAR +
            text
              .split('\n')
              .slice(0, rows - 1)
              .join('\n'),
        )
      else if (key !== last) stdout.write(last === '' ? text : `\n${text}`)
      last = key
    } catch (error) {
      if (!isGone(error)) throw error
      if (!isAway) stderr.write('coterie: the daemon here has gone away; this goes on when it is back.\n')
      isAway = true
    }
    await stirred(LOOK_MS)
  }
}
