/** Logins for registries: told from member to member, kept sealed, else found on the machine. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeasuredNetwork } from '../../../node/network/index.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { createRegistries, type Registries } from '../../../node/registries/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { memoryRecords } from '../agent/memory-records.ts'
import { makeMesh, startMesh, startNode, stopAll } from '../network/nodes.ts'

const ADA = { username: 'ada', secret: 'hunter2' }

describe('logins for registries', () => {
  let networks: MeasuredNetwork[]
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const keys = [0, 1].map(() => generateKeyPairSync('ed25519').privateKey)

  beforeEach(async () => {
    scratch = await scratchDir()
    networks = await startMesh(2)
  })
  afterEach(async () => {
    await stopAll()
    await scratch.remove()
  })

  const open = (place: number, records: RecordStore = memoryRecords(), key = keys[place]): Registries => {
    const { requests, connections } = networks[place] as MeasuredNetwork
    const others = networks.map((network) => network.connections.self)
    return createRegistries(
      {
        requests,
        connections,
        engine: {
          checkLogin: async (registry, { secret }) => {
            if (secret === 'wrong') throw new CoterieError('registryRefused', { registry, detail: 'no' })
          },
        },
        records,
        clock: { wallMs: Date.now },
        logger: silentLogger,
        members: () => others.filter((node) => node !== connections.self),
      },
      { privateKey: key as (typeof keys)[number], machine: { env: {}, home: scratch.path } },
    )
  }

  it('are tried, told to every member, and taken away again', async () => {
    const [attic, cellar] = [open(0), open(1)]
    await assert.rejects(attic.login('ghcr.io', { ...ADA, secret: 'wrong' }), (error) =>
      isCoterieError(error, 'registryRefused'),
    )
    assert.deepEqual(attic.list(), [])
    const { told, checked } = await attic.login('https://GHCR.io/', ADA)
    assert.deepEqual([told.length, checked], [1, true])
    assert.deepEqual(await cellar.loginOf('ghcr.io'), ADA)
    assert.equal(JSON.stringify(cellar.list()).includes(ADA.secret), false)
    await cellar.logout('ghcr.io')
    assert.equal(await attic.loginOf('ghcr.io'), null)
    await assert.rejects(attic.logout('ghcr.io'), (error) => isCoterieError(error, 'registryUnknown'))
  })

  it('come to a member that was away, as does that they are gone', async () => {
    await stopAll()
    networks = [await startNode(), await startNode()]
    const [attic, cellar] = [open(0), open(1)]
    await cellar.login('ghcr.io', ADA)
    await attic.login('ghcr.io', ADA)
    await attic.logout('ghcr.io')
    const { told, away } = await attic.login('quay.io', ADA)
    assert.deepEqual([told.length, away.length], [0, 1])
    await Promise.all([attic.start(), cellar.start()])
    makeMesh(networks)
    await eventually('what is new is told', async () => (await cellar.loginOf('quay.io')) !== null)
    await eventually('what is gone is gone', async () => (await cellar.loginOf('ghcr.io')) === null)
    await Promise.all([attic.stop(), cellar.stop()])
  })

  it('are sealed on disk, under the key of this node alone', async () => {
    const records = memoryRecords()
    await open(0, records).login('ghcr.io', ADA)
    for await (const [, value] of records.entries())
      assert.equal(Buffer.from(value).includes(ADA.secret), false)
    const again = open(0, records)
    await again.start()
    assert.deepEqual(await again.loginOf('ghcr.io'), ADA)
    const other = open(0, records, keys[1])
    await other.start()
    assert.equal(await other.loginOf('ghcr.io'), null)
  })

  it('are else those that the docker command has here, its helpers included', async () => {
    const attic = open(0)
    assert.equal(await attic.loginOf('ghcr.io'), null)
    const auth = Buffer.from('ada:hunter:2').toString('base64')
    await mkdir(join(scratch.path, '.docker'))
    const helper = join(scratch.path, 'docker-credential-test')
    await writeFile(
      helper,
      '#!/bin/sh\nread host; echo "{\\"Username\\":\\"bob\\",\\"Secret\\":\\"of $host\\"}"\n',
    )
    await chmod(helper, 0o755)
    const config = {
      auths: { 'https://index.docker.io/v1/': { auth }, 'odd.lan': {} },
      credHelpers: { 'ghcr.io': 'test', 'evil.lan': '../../bin/sh' },
    }
    await writeFile(join(scratch.path, '.docker', 'config.json'), JSON.stringify(config))
    const path = process.env.PATH
    process.env.PATH = `${scratch.path}:${path}`
    try {
      assert.deepEqual(await attic.loginOf('docker.io'), { username: 'ada', secret: 'hunter:2' })
      assert.deepEqual(await attic.loginOf('ghcr.io'), { username: 'bob', secret: 'of ghcr.io' })
      assert.equal(await attic.loginOf('odd.lan'), null)
      assert.equal(await attic.loginOf('evil.lan'), null)
    } finally {
      process.env.PATH = path
    }
    await writeFile(join(scratch.path, '.docker', 'config.json'), 'no JSON')
    assert.equal(await attic.loginOf('docker.io'), null)
  })
})
