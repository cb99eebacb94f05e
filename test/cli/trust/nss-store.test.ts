import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeshRoot } from '../../../cli/trust/mesh-root.ts'
import { browserStores } from '../../../cli/trust/nss-store.ts'
import { createTools } from '../../../cli/trust/tools.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { makeRoot } from './roots.ts'

describe('cli: the stores of browsers', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let root: MeshRoot
  let file: string
  const env = { PATH: process.env.PATH }

  beforeEach(async () => {
    scratch = await scratchDir()
    root = await makeRoot('home')
    file = join(scratch.path, 'root.pem')
    await writeFile(file, root.pem)
  })
  afterEach(() => scratch.remove())

  const stores = () => browserStores(createTools(env), { home: scratch.path, env })

  it("take a root into Chromium's database, made where there is none, and give it up again", async function () {
    requires(this, 'certutil')
    const [store, ...others] = await stores()
    assert.ok(store !== undefined && others.length === 0)
    assert.equal(store.path, join(scratch.path, '.pki/nssdb'))
    assert.equal(await store.has(root), false)
    await store.add(root, file)
    await store.add(root, file)
    assert.equal(await store.has(root), true)
    assert.equal(await store.has(await makeRoot('other')), false)
    await store.remove(root)
    await store.remove(root)
    assert.equal(await store.has(root), false)
  })

  it('are those of every profile of Firefox too', async function () {
    requires(this, 'certutil')
    const profile = join(scratch.path, '.mozilla/firefox/abc.default')
    await mkdir(profile, { recursive: true })
    const tools = createTools(env)
    await tools.run('certutil', ['-N', '--empty-password', '-d', `sql:${profile}`])
    const found = await stores()
    assert.deepEqual(
      found.map(({ name }) => name),
      ['Chromium and its kin', 'Firefox'],
    )
    for (const store of found) await store.add(root, file)
    for (const store of await stores()) assert.equal(await store.has(root), true)
  })

  it('name the missing tool and the package that has it', async () => {
    const none = { has: () => false, run: () => Promise.reject(new Error('it is not there')) }
    const [store] = await browserStores(none, { home: scratch.path, env })
    assert.throws(() => store?.check(), {
      code: 'trustStoreUnusable',
      message: /there is no certutil\. Install it \(libnss3-tools on Debian/,
    })
    assert.equal(await store?.has(root), false)
  })

  it('pass on what certutil says, with the line to type', async () => {
    const tools = {
      has: () => true,
      run: async () => ({ code: 255, stdout: '', stderr: 'certutil: no.\nSEC_ERROR_BAD_PASSWORD\n' }),
    }
    const [store] = await browserStores(tools, { home: scratch.path, env })
    await assert.rejects(async () => store?.add(root, file), {
      code: 'trustStoreUnusable',
      message: /certutil ended with 255: certutil: no\.; SEC_ERROR_BAD_PASSWORD\. .*type: certutil -N/,
    })
  })
})
