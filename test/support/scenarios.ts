/**
 * Text scenarios, in the manner of etcd's datadriven tests: blocks of a command, `----` and what it must print.
 * Lines that begin with `#`, and blank lines between blocks, are for the reader. With `COTERIE_REWRITE=1` the
 * files are written anew with what was printed, for review as a diff.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Carries out one command and gives the lines that it prints. */
export type ScenarioRunner = (command: string, args: readonly string[]) => readonly string[]

const SEPARATOR = '----'

/** What the file should read, given what its commands print. */
const replay = (text: string, runner: ScenarioRunner): string => {
  const written: string[] = []
  const lines = text.trimEnd().split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as string
    written.push(line)
    if (line === '' || line.startsWith('#')) continue
    const [command = '', ...args] = line.split(/\s+/)
    written.push(SEPARATOR, ...runner(command, args))
    if (lines[at + 1] === SEPARATOR) while (at + 1 < lines.length && lines[at + 1] !== '') at += 1
  }
  return `${written.join('\n')}\n`
}

/** Makes one test of each `.txt` file of the folder, each with a runner of its own. */
export const itPlays = (folder: string, createRunner: () => ScenarioRunner): void => {
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.txt')) continue
    it(name.replace(/\.txt$/, '').replaceAll('-', ' '), () => {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      const replayed = replay(text, createRunner())
      if (process.env.COTERIE_REWRITE === '1') writeFileSync(path, replayed)
      else assert.equal(replayed, text)
    })
  }
}
