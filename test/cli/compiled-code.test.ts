import assert from 'node:assert/strict'
import { chownSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../cli/compiled-code.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'
import { coterie } from './coterie.ts'

const compiledIn = (folder: string): string[] => readdirSync(join(folder, 'coterie'))

describe('cli: what was compiled', () => {
  let home: Awaited<ReturnType<typeof scratchDir>>

  beforeEach(async () => {
    home = await scratchDir()
  })

  afterEach(() => home.remove())

  /** An empty variable counts as none for Node, and keeps out what these tests are run with. */
  const run = (env: Record<string, string>) =>
    coterie(['discover', '--help'], { NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: '', HOME: home.path, ...env })

  it('is kept where the caches of this user are', async () => {
    await run({})
    assert.ok(compiledIn(join(home.path, '.cache')).length > 0)
    const caches = join(home.path, 'caches')
    mkdirSync(caches)
    await run({ XDG_CACHE_HOME: caches })
    assert.ok(compiledIn(caches).length > 0)
  })

  it('is kept where NODE_COMPILE_CACHE says, and then nowhere else', async () => {
    await run({ NODE_COMPILE_CACHE: join(home.path, 'compiled') })
    assert.deepEqual(readdirSync(home.path), ['compiled'])
  })

  it('is not taken from the home of another user, nor from one that nobody has', function () {
    requires(this, 'root')
    const caches = join(home.path, 'caches')
    mkdirSync(caches)
    chownSync(home.path, 12_345, 12_345)
    assert.equal(cacheFolder({ env: {}, home: home.path }), null)
    assert.equal(cacheFolder({ env: { XDG_CACHE_HOME: caches }, home: home.path }), join(caches, 'coterie'))
    chownSync(caches, 12_345, 12_345)
    assert.equal(cacheFolder({ env: { XDG_CACHE_HOME: caches }, home: home.path }), null)
    assert.equal(cacheFolder({ env: {}, home: '/' }), null)
    assert.equal(cacheFolder({ env: {}, home: join(home.path, 'gone') }), null)
  })
})
