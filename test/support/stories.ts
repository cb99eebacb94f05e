/** Stories in text: `# ` tells, `> ` does, and the indented lines below say what came of it. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** By the first word of a line, what is done with the others. */
export type Commands = Readonly<Record<string, (...words: string[]) => void>>

/** Plays a story again and returns it with what its commands put into `told` this time; equal to the given text if nothing changed. */
export const playStory = (story: string, commands: Commands, told: string[]): string => {
  const lines: string[] = []
  for (const line of story.split('\n')) {
    if (line.startsWith('    ')) continue
    lines.push(line)
    if (!line.startsWith('> ')) continue
    const [verb = '', ...words] = line.slice(2).split(' ')
    const command = commands[verb]
    if (command === undefined) throw new Error(`no such command: ${line}`)
    told.length = 0
    command(...words)
    lines.push(...told.map((sentence) => `    ${sentence}`))
  }
  return lines.join('\n')
}

/** `COTERIE_REWRITE=1` writes what happened into the stories; read the difference before it is committed. */
const isRewriting = process.env.COTERIE_REWRITE === '1'

/** One test for each story of that folder. */
export const testStories = (folder: string, replay: (story: string) => string): void => {
  for (const file of readdirSync(folder).sort()) {
    it(file.replace('.txt', '').replaceAll('-', ' '), () => {
      const path = join(folder, file)
      const story = readFileSync(path, 'utf8')
      const happened = replay(story)
      if (isRewriting) writeFileSync(path, happened)
      else assert.equal(happened, story)
    })
  }
}
