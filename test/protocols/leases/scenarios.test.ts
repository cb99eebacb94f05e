import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replay } from './scenario.ts'

const STORIES = join(import.meta.dirname, 'scenarios')

/** `COTERIE_REWRITE=1` writes what happened into the stories; read the difference before it is committed. */
const isRewriting = process.env.COTERIE_REWRITE === '1'

describe('stories of leases', () => {
  for (const file of readdirSync(STORIES).sort()) {
    it(file.replace('.txt', '').replaceAll('-', ' '), () => {
      const path = join(STORIES, file)
      const story = readFileSync(path, 'utf8')
      const happened = replay(story)
      if (isRewriting) writeFileSync(path, happened)
      else assert.equal(happened, story)
    })
  }
})
