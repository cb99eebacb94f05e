/** Images from a registry, fetched by a real engine. */
import assert from 'node:assert/strict'
import { createDockerRuntime, type DockerRuntime } from '../../../../node/agent/docker-runtime/index.ts'
import type { RegistryLogin } from '../../../../node/ports/engine.ts'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import { imageReference, pinImage } from '../../../../protocols/spec/index.ts'
import type { Pull } from '../../../../protocols/tasks/index.ts'
import { startRegistry, type TestRegistry } from '../../../support/registry.ts'
import { requires } from '../../../support/requirements.ts'
import { silentLogger } from '../../../support/silent-logger.ts'
import { NODE_A, realClock, serviceOf, startOf } from '../grounds.ts'

const NEVER = new AbortController().signal
const LOGIN = { username: 'ada', secret: 'hunter2' }
const OTHER = process.arch === 'x64' ? 'riscv64' : 'amd64'
const MEBIBYTE = 1024 * 1024

describe('docker runtime: images from a registry', () => {
  let registry: TestRegistry
  let runtime: DockerRuntime
  let pulled: string[]
  let known: RegistryLogin | null

  before(function () {
    requires(this, 'docker')
  })
  beforeEach(async () => {
    pulled = []
    known = LOGIN
    registry = await startRegistry({ login: LOGIN })
    runtime = createDockerRuntime(
      {
        clock: realClock,
        random: Math.random,
        logger: silentLogger,
        logins: { loginOf: async (host) => (host === registry.host ? known : null) },
        images: {
          pulling: async (image) => void pulled.push(image),
          failed: async (image) => void pulled.splice(pulled.indexOf(image), 1),
          needed: () => {},
        },
      },
      { mesh: 'home', node: NODE_A, socketPath: null, allows: [] },
    )
  })
  afterEach(async () => {
    await runtime?.remove('shop.web.0.7')
    for (const image of pulled ?? []) await runtime.removeImage(image)
    await runtime?.close()
    await registry?.close()
  })

  /** The program that the image names is not in it: what comes before its start is what is looked at. */
  const start = (image: string, onPull?: (pull: Pull) => void) =>
    runtime.start({ ...startOf(serviceOf(['/nothing'], { image })), ...(onPull && { onPull }) }, NEVER)
  const refused = (image: string, code: Parameters<typeof isCoterieError>[1]) =>
    assert.rejects(start(image), (error) => isCoterieError(error, code))

  it('are pulled by their digest, behind a login, with progress; and once alone', async () => {
    const { name, digest } = registry.serve('1', { bytes: 3 * MEBIBYTE })
    assert.equal(await runtime.digestOf(name, NEVER), digest)
    // The tag moves on: the name is pinned.
    registry.serve('1')
    const image = pinImage(name, digest)
    const told: Pull[] = []
    await start(image, (pull) => told.push(pull)).catch(() => {})
    assert.deepEqual(pulled, [imageReference(image)])
    assert.ok(told.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes))
    assert.deepEqual(await runtime.image(image), { digest })
    const asked = registry.asked.length
    await start(image).catch(() => {})
    assert.equal(registry.asked.length, asked)
    assert.equal(await runtime.removeImage(image), 'kept')
    await runtime.remove('shop.web.0.7')
    assert.equal(await runtime.removeImage(image), 'removed')
    assert.equal(await runtime.image(image), null)
  })

  it('are asked for again, or never, where the service says so', async () => {
    const { name } = registry.serve('5')
    const start = (pull: 'always' | 'never') =>
      runtime.start(startOf(serviceOf(['/nothing'], { image: name, pull })), NEVER)
    await assert.rejects(start('never'), (error) => isCoterieError(error, 'imageUnavailable'))
    await start('always').catch(() => {})
    await runtime.remove('shop.web.0.7')
    const asked = registry.asked.length
    await start('never').catch(() => {})
    await runtime.remove('shop.web.0.7')
    assert.equal(registry.asked.length, asked)
    await start('always').catch(() => {})
    assert.ok(registry.asked.length > asked)
    assert.deepEqual(pulled, [name])
  })

  it('are refused by a code that says whose fault it is', async () => {
    await refused(`${registry.host}/shop/web:none`, 'imageUnavailable')
    await refused(registry.serve('2', { architecture: OTHER }).name, 'imageArchitectureWrong')
    await refused('127.0.0.1:1/shop/web:1', 'registryUnreachable')
    known = { ...LOGIN, secret: 'wrong' }
    await refused(registry.serve('3').name, 'registryRefused')
    known = null
    await refused(registry.serve('4').name, 'registryRefused')
    // Of the other architecture it was pulled before that was seen.
    assert.deepEqual(pulled, [registry.serve('2', { architecture: OTHER }).name])
    await assert.rejects(runtime.digestOf(registry.serve('4').name, NEVER), (error) =>
      isCoterieError(error, 'registryRefused'),
    )
  })

  it('ask whether a login is one', async () => {
    await runtime.checkLogin(registry.host, LOGIN)
    await assert.rejects(runtime.checkLogin(registry.host, { ...LOGIN, secret: 'wrong' }), (error) =>
      isCoterieError(error, 'registryRefused'),
    )
  })
})
