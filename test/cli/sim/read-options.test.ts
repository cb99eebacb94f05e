import assert from 'node:assert/strict'
import { failureOf } from '../../../cli/failure.ts'
import { DEFAULT_WORDS, readOptions, type SimWords } from '../../../cli/sim/read-options.ts'
import { readTime } from '../../../cli/sim/read-time.ts'

const NONE = { ...DEFAULT_WORDS, kill: [], partition: [], pause: [], memory: [] }
const read = (words: Partial<SimWords> = {}) => readOptions({ ...NONE, ...words }, [])

/** The line that a person reads instead. */
const refused = (words: Partial<SimWords>, line: RegExp) => {
  try {
    read(words)
  } catch (error) {
    const failure = failureOf(error)
    assert.equal(failure.exitCode, 1)
    assert.match(failure.line ?? '', line)
    return
  }
  assert.fail(`${JSON.stringify(words)} was taken`)
}

describe('sim: what is typed', () => {
  it('has defaults: five nodes of 4 GB, two minutes, a deployment at the start', () => {
    const options = read()
    assert.deepEqual(
      options.nodes.map(({ name, memoryMb }) => `${name} ${memoryMb}`),
      ['node1 4096', 'node2 4096', 'node3 4096', 'node4 4096', 'node5 4096'],
    )
    assert.deepEqual(
      [options.forMs, options.seed, options.pullMs, options.startMs],
      [120_000, 1, 5_000, 1_000],
    )
    assert.deepEqual(options.deploy, { node: 'node1', atMs: 0 })
  })

  it('times are minutes, seconds and milliseconds, and say which', () => {
    const times = { '500ms': 500, '30s': 30_000, '1.5s': 1_500, '2m': 120_000, '1m30s': 90_000, '0s': 0 }
    for (const [text, ms] of Object.entries(times)) assert.equal(readTime('--for', text, ''), ms, text)
    for (const text of ['', '30', 's', '-1s', '1h', '30 s', '1s2m', '1e3s', '.5s', '9999999s', '٣s'])
      refused({ for: text }, /^coterie: --for .*: ".*" is no time; times are .* Write it as in --for 2m\.$/)
  })

  it('faults name nodes and times, in the order of their times', () => {
    const { faults } = read({
      kill: ['node2@30s..60s', 'leader@20s'],
      partition: ['node1,node2,node1@1m..120s'],
      pause: ['node3,leader@500ms..0.6s'],
    })
    assert.deepEqual(
      faults.map(({ kind, targets, fromMs, untilMs }) => [kind, targets.join(), fromMs, untilMs]),
      [
        ['pause', 'node3,leader', 500, 600],
        ['kill', 'leader', 20_000, null],
        ['kill', 'node2', 30_000, 60_000],
        ['partition', 'node1,node2', 60_000, 120_000],
      ],
    )
  })

  it('refuses faults with the word that is wrong, and an example', () => {
    refused(
      { kill: ['node2'] },
      /--kill node2: "node2" does not say when, after an @\. Write it as in --kill node2@30s/,
    )
    refused({ kill: ['@30s'] }, /--kill @30s: "" lacks the name of a node/)
    refused({ kill: ['node1,@30s'] }, /"node1," lacks the name of a node/)
    refused(
      { kill: ['node9@30s'] },
      /there is no node9; the nodes are node1 to node5\. .*more nodes with --nodes/,
    )
    refused({ kill: ['node2@3s'], nodes: '1' }, /there is no node2; the nodes are node1 alone/)
    refused({ kill: ['attic@30s'] }, /there is no attic/)
    refused({ kill: ['node01@30s'] }, /there is no node01/)
    refused({ kill: ['node2@30s..'] }, /"" is no time/)
    refused({ kill: ['node2@30s@40s'] }, /"30s@40s" is no time/)
    refused({ kill: ['node2@1s..2s..3s'] }, /"1s\.\.2s\.\.3s" has more than one end/)
    refused({ pause: ['node2@60s..30s'] }, /--pause .*: it would end at 30s, which is not after 60s/)
    refused({ pause: ['node2@60s..60s'] }, /it would end at 60s/)
    refused({ kill: ['node2@120s'] }, /120s is beyond the end, which is at 2m\. .* play longer with --for/)
    refused({ kill: ['node2@30s..3m'] }, /3m is beyond the end/)
    refused({ partition: ['node1,node2@1s'], nodes: '2' }, /that may be all 2 nodes, and nobody is left/)
    refused({ partition: ['leader@1s'], nodes: '1' }, /nobody is left/)
    refused({ kill: ['node2\u001b[2J@30s'] }, /there is no node2 \[2J;/)
  })

  it('a deployment asks one node at a time', () => {
    assert.deepEqual(read({ deploy: 'node3@45s' }).deploy, { node: 'node3', atMs: 45_000 })
    refused({ deploy: '45s' }, /"45s" does not say when.* --deploy node3@45s/)
    refused({ deploy: 'leader@45s' }, /there is no leader/)
    refused({ deploy: 'node1,node2@1s' }, /"node1,node2" is more than one node/)
    refused({ deploy: 'node1@2m' }, /2m is beyond the end/)
  })

  it('memory is of all nodes or of some, and what comes later counts', () => {
    const memoryOf = (...memory: string[]) =>
      read({ nodes: '3', memory }).nodes.map(({ memoryMb }) => memoryMb)
    assert.deepEqual(memoryOf('2G'), [2048, 2048, 2048])
    assert.deepEqual(memoryOf('512M', 'node2,node3=1G'), [512, 1024, 1024])
    assert.deepEqual(memoryOf('node2=1G', '512M'), [512, 512, 512])
    for (const text of ['2', '0G', '2T', 'node1=', 'node1=x', '1.5G'])
      refused(
        { memory: [text] },
        /is no size; sizes are such as 512M or 2G\. Write it as in --memory node1=2G/,
      )
    refused({ memory: ['node6=2G'] }, /there is no node6/)
  })

  it('numbers have bounds', () => {
    for (const nodes of ['0', '101', '-1', '1.5', 'five', ''])
      refused({ nodes }, /--nodes .*a whole number from 1 to 100 is expected\. Write it as in --nodes 5/)
    refused({ seed: '4294967296' }, /--seed 4294967296: a whole number/)
    refused({ for: '999ms' }, /from 1s to 60m can be played/)
    refused({ for: '61m' }, /from 1s to 60m can be played/)
    refused({ pull: '11m' }, /from 0s to 10m/)
    assert.equal(read({ nodes: '100' }).nodes.length, 100)
  })
})
