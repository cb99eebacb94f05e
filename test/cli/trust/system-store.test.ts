import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeshRoot } from '../../../cli/trust/mesh-root.ts'
import { openSystemStore, type System } from '../../../cli/trust/system-store.ts'
import type { Tools } from '../../../cli/trust/tools.ts'
import { scratchDir } from '../../support/scratch.ts'
import { makeRoot } from './roots.ts'

describe('cli: the store of the system', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let root: MeshRoot
  let file: string
  let ran: string[]

  beforeEach(async () => {
    scratch = await scratchDir()
    root = await makeRoot('home')
    file = join(scratch.path, 'root.pem')
    await writeFile(file, root.pem)
    ran = []
  })
  afterEach(() => scratch.remove())

  /** A machine that has one command, which ends with that code. */
  const machineWith = (command: string, code = 0): Tools => ({
    has: (asked) => asked === command,
    run: async (asked, args) => {
      ran.push([asked, ...args].join(' '))
      return { code, stdout: '', stderr: 'it said no' }
    },
  })
  const system = (given: Partial<System> = {}): System => ({
    platform: 'linux',
    isRoot: true,
    root: scratch.path,
    ...given,
  })
  const folder = async (path: string) => {
    await mkdir(join(scratch.path, path), { recursive: true })
    return join(scratch.path, path)
  }

  for (const { kin, command, path, ending, afterwards } of [
    {
      kin: 'Debian',
      command: 'update-ca-certificates',
      path: 'usr/local/share/ca-certificates',
      ending: '.crt',
      afterwards: 'update-ca-certificates --fresh',
    },
    {
      kin: 'Fedora',
      command: 'update-ca-trust',
      path: 'etc/pki/ca-trust/source/anchors',
      ending: '.pem',
      afterwards: 'update-ca-trust',
    },
  ])
    it(`takes a root where ${kin} looks for it, and gives it up again`, async () => {
      const place = await folder(path)
      const store = openSystemStore(machineWith(command), system())
      await store.add(root, file)
      assert.deepEqual(await readdir(place), [`coterie-${root.mesh}${ending}`])
      assert.equal(await store.has(root), true)
      await store.remove(root)
      await store.remove(root)
      assert.deepEqual(await readdir(place), [])
      assert.deepEqual(ran, [command, afterwards])
    })

  it('is for root alone, who is told what to type', async () => {
    const store = openSystemStore(machineWith('update-ca-trust'), system({ isRoot: false }))
    assert.throws(() => store.check(), {
      code: 'trustStoreUnusable',
      message: /only root may\. Type coterie trust --print .*sudo coterie trust --system --file root\.pem\.$/,
    })
  })

  it('says what the tool said', async () => {
    await folder('etc/pki/ca-trust/source/anchors')
    const store = openSystemStore(machineWith('update-ca-trust', 3), system())
    await assert.rejects(store.add(root, file), { message: /update-ca-trust ended with 3: it said no/ })
  })

  it('is left to the person on other systems, with the file to install', () => {
    const onMac = () => openSystemStore(machineWith('security'), system({ platform: 'darwin' }))
    assert.throws(onMac, {
      code: 'trustStoreUnusable',
      message: /security add-trusted-cert .* root\.pem/,
    })
    assert.throws(() => openSystemStore(machineWith('nothing'), system()), {
      message:
        /neither update-ca-certificates nor update-ca-trust, which come in the package ca-certificates/,
    })
  })
})
