import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coterie } from '../coterie.ts'

/**
 * `COTERIE_REWRITE=1` writes what was answered into the stories; read the difference before it is committed. Whatever draws
 * another number or takes another time anywhere in a node changes them.
 */
const isRewriting = process.env.COTERIE_REWRITE === '1'
const FOLDER = fileURLToPath(new URL('stories/', import.meta.url))
/** Where the commands are typed. */
const HERE = dirname(FOLDER)
const PROMPT = '$ '

const STALE = 'read what is answered now, then run this with COTERIE_REWRITE=1 and read the difference'

/** What a terminal would show of the command, with its exit code at the end. */
const play = async (line: string): Promise<string> => {
  const [program, ...words] = line.split(' ')
  assert.equal(program, 'coterie')
  const { code, stdout, stderr } = await coterie(words, {}, [], HERE)
  return `${PROMPT}${line}\n${`${stdout}${stderr}`.replaceAll(HERE, '/home/me')}exit ${code}\n`
}

/** A story is comments, and commands with their answers. */
const retell = async (told: string): Promise<string> => {
  const [introduction = '', ...commands] = told.split(/^(?=\$ )/m)
  const lines = commands.map((part) => (part.split('\n')[0] ?? '').slice(PROMPT.length))
  const played = await Promise.all(lines.map(play))
  return introduction + played.join('\n')
}

describe('sim: stories', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
    it(file.replace('.txt', '').replaceAll('-', ' '), async () => {
      const told = readFileSync(`${FOLDER}${file}`, 'utf8')
      const retold = await retell(told)
      if (isRewriting) writeFileSync(`${FOLDER}${file}`, retold)
      else assert.equal(retold, told, STALE)
    })
  }
})
