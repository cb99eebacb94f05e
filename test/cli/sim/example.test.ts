import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { Value } from 'typebox/value'
import { type Rehearsal, RehearsalSchema } from '../../../protocols/control/index.ts'
import { coterie } from '../coterie.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/hello/compose.yaml', import.meta.url))

describe('sim: the example', () => {
  const play = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await coterie(['sim', EXAMPLE, ...words])
    assert.deepEqual([code, stderr], [0, ''])
    return stdout
  }
  const asJson = async (...words: string[]): Promise<Rehearsal> => {
    const rehearsal: unknown = JSON.parse(await play(...words, '--json'))
    assert.deepEqual([...Value.Errors(RehearsalSchema, rehearsal)], [])
    return rehearsal as Rehearsal
  }

  it('is whole again after the leader lost its power, and says how', async () => {
    const { services, leaders, played } = await asJson('--kill', 'leader@20s')
    const [killed] = played.faults[0]?.nodes ?? []
    assert.ok(killed)
    assert.equal(leaders.find(({ fromMs }) => fromMs === 20_000)?.node, null)
    assert.notEqual(leaders.at(-1)?.node, null)
    for (const { outages, moves, wholeMs } of services) {
      assert.notEqual(wholeMs, null)
      assert.equal(outages.at(-1)?.toMs === null, false)
      for (const { from, to } of moves) assert.deepEqual([from, to === killed], [killed, false])
    }
    assert.ok(services.some(({ outages }) => outages.length > 0))
  })

  it('gives the same answer for the same line, and another one for another seed', async () => {
    const words = ['--kill', 'leader@20s..50s', '--partition', 'node4@40s..70s', '--pause', 'leader@45s..55s']
    const [first, second, other] = await Promise.all([
      play(...words, '--seed', '7'),
      play(...words, '--seed', '7'),
      play(...words, '--seed', '8', '--json'),
    ])
    assert.equal(first, second)
    assert.notEqual(JSON.parse(other).leaders[0].toMs, undefined)
    assert.notEqual(first, await play(...words, '--seed', '8'))
  })

  it('runs on one node as on many', async () => {
    const lone = await asJson('--nodes', '1', '--kill', 'node1@20s..30s', '--for', '1m')
    assert.deepEqual(lone.voters, ['node1'])
    assert.ok(lone.services.every(({ outages }) => outages.at(-1)?.toMs !== null))
    const many = await asJson('--nodes', '40', '--for', '10s')
    assert.equal(many.voters.length, 3)
    assert.ok(many.services.every(({ wholeMs }) => wholeMs !== null))
  })
})
