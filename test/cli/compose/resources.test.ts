import assert from 'node:assert/strict'
import { parseCompose } from '../../../cli/compose/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

const service = (...lines: readonly string[]): string =>
  ['services:', '  web:', '    image: web:1', ...lines.map((line) => `    ${line}`)].join('\n')

const parse = (text: string) => parseCompose(text, '/srv/shop/compose.yaml', '/srv/shop')

const resourcesOf = (...lines: readonly string[]) => parse(service(...lines)).services[0]?.resources

const refusal = (...lines: readonly string[]): string => {
  try {
    parse(service(...lines))
  } catch (error) {
    if (isCoterieError(error, 'composeInvalid')) return `${error.data.where}: ${error.data.detail}`
    throw error
  }
  return assert.fail('it was not refused')
}

describe('compose: what a service takes of a machine', () => {
  it('is nothing where nothing is said of it', () => {
    assert.equal(resourcesOf(), undefined)
    assert.equal(resourcesOf('deploy: {resources: {}}'), undefined)
  })

  it('is said in deploy.resources', () => {
    assert.deepEqual(
      resourcesOf(
        'deploy:',
        '  resources:',
        "    limits: {cpus: '1.5', memory: 2g, pids: 100}",
        '    reservations: {cpus: 0.25, memory: 512M}',
      ),
      {
        limit: { memoryMb: 2_048, milliCpus: 1_500, pids: 100 },
        reserved: { memoryMb: 512, milliCpus: 250 },
      },
    )
  })

  it('is said in the short keys of a service', () => {
    assert.deepEqual(resourcesOf('mem_limit: 512m', 'mem_reservation: 128m', 'cpus: 0.5', 'pids_limit: 50'), {
      limit: { memoryMb: 512, milliCpus: 500, pids: 50 },
      reserved: { memoryMb: 128 },
    })
    assert.equal(resourcesOf('pids_limit: -1'), undefined)
  })

  for (const [text, mib] of [
    ['64m', 64],
    ['64MB', 64],
    ['1.5gb', 1_536],
    ['1048577k', 1_025],
    ['67108864', 64],
    ['67108865b', 65],
  ] as const)
    it(`counts ${text} as ${mib} MiB`, () =>
      assert.equal(resourcesOf(`mem_limit: ${text}`)?.limit?.memoryMb, mib))

  it('is disk too, in the word of Compose or in its own', () => {
    const disk = (...lines: readonly string[]) => resourcesOf(...lines)?.diskMb
    assert.equal(disk('storage_opt: {size: 10g}'), 10_240)
    assert.equal(disk('x-coterie: {disk: 1.5g}'), 1_536)
    assert.equal(disk('storage_opt: {size: 2g}', 'x-coterie: {disk: 2048m}'), 2_048)
    assert.equal(
      refusal('storage_opt: {size: 2g}', 'x-coterie: {disk: 1g}'),
      'services.web.storage_opt.size: services.web.x-coterie.disk says something else',
    )
    for (const text of ['0', 'much', '-1g', '2x'])
      assert.match(refusal(`x-coterie: {disk: ${text}}`), /x-coterie\.disk: an amount of disk/)
  })

  it('is refused where both say it and differ, and where more is reserved than allowed', () => {
    const limits = 'deploy: {resources: {limits: {memory: 1g}}}'
    assert.equal(resourcesOf('mem_limit: 1024m', limits)?.limit?.memoryMb, 1_024)
    assert.equal(
      refusal('mem_limit: 512m', limits),
      'services.web.mem_limit: services.web.deploy.resources.limits.memory says something else',
    )
    assert.equal(
      refusal('mem_limit: 512m', 'mem_reservation: 1g'),
      'services.web.mem_reservation: more is reserved than the limit allows',
    )
  })

  it('is refused where it is no amount', () => {
    const memory = 'an amount of memory from 6m on is expected, such as 512m or 2g'
    for (const text of ['lots', '-1', '5m', '17tb', '""', '[]'])
      assert.ok(refusal(`mem_limit: ${text}`).startsWith('services.web.mem_limit: '), text)
    assert.equal(refusal('mem_limit: 1m'), `services.web.mem_limit: ${memory}`)
    for (const text of ['none', '0', '-1', '0.001', '1e9'])
      assert.match(refusal(`cpus: "${text}"`), /processors/)
    assert.match(refusal('pids_limit: 1.5'), /whole number/)
  })

  it('names what is left out', () => {
    const { warnings } = parse(
      service('deploy: {resources: {reservations: {generic_resources: []}, burst: 1}}'),
    )
    assert.deepEqual(warnings.map(({ where }) => where).sort(), [
      'services.web.deploy.resources.burst',
      'services.web.deploy.resources.reservations.generic_resources',
    ])
  })
})
