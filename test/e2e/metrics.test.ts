/** What three real daemons tell of themselves and of each other, and how it changes when one is killed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { type Cluster, VERSION } from '../../protocols/control/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { type Exposed, readExposition } from '../support/exposition.ts'
import { agreedLeader, settledVoters } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'
import { deploy, PROCESSES_ONLY, runningOn, sleeper, spreadsOver } from '../support/task-views.ts'

const PROJECT = 'e2e-metrics'
const NAMES = ['attic', 'cellar', 'shed']

/** As the seed of this project has them, and in what they are told apart. */
const PROMISED = {
  coterie_uptime_seconds: [''],
  coterie_cpu_usage_percent: ['{scope="daemon"}', '{scope="machine"}'],
  coterie_memory_usage_bytes: ['{scope="daemon"}', '{scope="machine"}'],
  coterie_network_bytes_total: ['{direction="in"}', '{direction="out"}'],
  coterie_workloads_active: [''],
  coterie_cluster_heartbeat_success_ratio: [''],
}

const exposed = async ({ ready }: RunningDaemon): Promise<Exposed & { readonly text: string }> => {
  const answer = await fetch(`http://127.0.0.1:${ready.metricsPort}/metrics`)
  assert.equal(answer.status, 200)
  const text = await answer.text()
  return { ...readExposition(text), text }
}

const sampleOf = async (daemon: RunningDaemon, series: string): Promise<number> => {
  const { values } = await exposed(daemon)
  assert.ok(series in values, `${daemon.name} does not tell ${series}`)
  return values[series] as number
}

const clusterOf = async (daemon: RunningDaemon) => (await daemon.get('/cluster/status')) as Cluster

describe('a mesh that is watched', function () {
  this.timeout(60_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  const trio = sleeper(PROJECT, 'trio', { replicas: 3 })

  before(async () => {
    daemons = await createDaemons(undefined, {
      ...PROCESSES_ONLY,
      ...{ COTERIE_METRICS_PORT: '0', COTERIE_LOG_EXPORT: 'mesh' },
    })
    mesh = await daemons.mesh(...NAMES)
    await settledVoters(mesh, 3)
    await spreadsOver(mesh, trio)
    await deploy(mesh[0] as RunningDaemon, trio)
    await runningOn(mesh, trio)
  })
  after(() => daemons.close())

  const all = (what: string, probe: (daemon: RunningDaemon) => Promise<boolean>, watched = mesh) =>
    eventually(what, async () => (await Promise.all(watched.map(probe))).every((is) => is))

  it('tells of each node what was promised, with values that can be', async () => {
    await all('a ping is answered', async (daemon) => {
      const { values } = await exposed(daemon)
      return (values.coterie_cluster_heartbeat_success_ratio ?? 0) > 0
    })
    for (const daemon of mesh) {
      const { types, values } = await exposed(daemon)
      for (const [name, labels] of Object.entries(PROMISED)) {
        assert.equal(types[name], name.endsWith('_total') ? 'counter' : 'gauge', name)
        for (const series of labels.map((each) => name + each)) {
          assert.ok(Number.isFinite(values[series]), series)
          assert.ok((values[series] as number) >= 0, series)
        }
      }
      const ratio = values.coterie_cluster_heartbeat_success_ratio as number
      assert.ok(ratio <= 1, `${ratio} of the pings were answered`)
      for (const series of ['{direction="in"}', '{direction="out"}'])
        assert.ok((values[`coterie_network_bytes_total${series}`] as number) > 0)
      assert.ok((values['coterie_memory_usage_bytes{scope="daemon"}'] as number) > 10_000_000)
      assert.equal(values[`coterie_build_info{version="${VERSION}"}`], 1)
      assert.equal(values.coterie_ready, 1)
    }
  })

  it('tells of the mesh the same everywhere: members, voters, one leader, one log', async () => {
    await eventually('all say the same', async () => {
      const texts = await Promise.all(mesh.map(exposed))
      const each = (series: string) => texts.map(({ values }) => values[series])
      assert.deepEqual(each('coterie_members{state="alive"}'), [3, 3, 3])
      assert.deepEqual(each('coterie_voters'), [3, 3, 3])
      assert.deepEqual(each('coterie_has_quorum'), [1, 1, 1])
      assert.deepEqual(each('coterie_store_write_failures_total'), [0, 0, 0])
      assert.deepEqual(each('coterie_is_leader').toSorted(), [0, 0, 1])
      for (const series of ['coterie_term', 'coterie_applied_index', 'coterie_log_entries'])
        assert.equal(new Set(each(series)).size, 1, series)
      return true
    })
  })

  it('tells what runs, in all and on each node', async () => {
    await all('three tasks run', async (daemon) => {
      const running = await sampleOf(daemon, 'coterie_tasks{state="running"}')
      return running === 3 && (await sampleOf(daemon, 'coterie_workloads_active')) === 1
    })
  })

  it('answers in one piece how the mesh is', async () => {
    const [first] = mesh as [RunningDaemon]
    const leader = await agreedLeader(mesh)
    const cluster = await clusterOf(first)
    assert.equal(cluster.leader?.id, leader)
    assert.equal(cluster.quorum, true)
    assert.deepEqual(cluster.voters.map(({ id }) => id).sort(), mesh.map(({ ready }) => ready.node.id).sort())
    assert.deepEqual(cluster.members.map(({ name, state }) => `${name} ${state}`).sort(), [
      'attic alive',
      'cellar alive',
      'shed alive',
    ])
    assert.deepEqual([cluster.tasks.running, cluster.tasksLost], [3, 0])
    assert.deepEqual(await first.get('/ready'), { status: 'ready', node: first.ready.node.id })
  })

  it('holds no name, address or token of the mesh in its metrics', async () => {
    const [first] = mesh as [RunningDaemon]
    const { text } = await exposed(first)
    const ids = mesh.map(({ ready }) => ready.node.id)
    for (const word of [...NAMES, ...ids, PROJECT, first.ready.mesh.id, await first.invite(), first.dataDir])
      assert.ok(!text.includes(word), word)
  })

  it('is told of in docs/metrics.md, metric by metric', async () => {
    const { types } = await exposed(mesh[0] as RunningDaemon)
    const page = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
    const list = page.slice(page.indexOf('## What there is'), page.indexOf('## Worth an alert'))
    const cells = list.split('\n').map((line) => line.split('|')[1] ?? '')
    const told = [...cells.join().matchAll(/`(\w+)`/g)].map(([, name]) => name)
    assert.deepEqual(Object.keys(types).sort(), told.sort())
  })

  it('speaks as promtool wants it', async function () {
    requires(this, 'promtool')
    const { text } = await exposed(mesh[0] as RunningDaemon)
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    })
    assert.deepEqual([status, stdout, stderr], [0, '', ''])
  })

  it('shows that a node was killed: a member is dead, pings fail, its tasks move', async () => {
    const leader = await agreedLeader(mesh)
    const killed = mesh.find(({ ready }) => ready.node.id !== leader) as RunningDaemon
    const others = mesh.filter((daemon) => daemon !== killed)
    const shares = new Map<RunningDaemon, number>()
    for (const daemon of others)
      shares.set(daemon, await sampleOf(daemon, 'coterie_cluster_probes_total{result="unanswered"}'))
    await killed.end('SIGKILL')
    await all(
      'it is dead to the others',
      async (daemon) => {
        const { values } = await exposed(daemon)
        return values['coterie_members{state="dead"}'] === 1 && values['coterie_members{state="alive"}'] === 2
      },
      others,
    )
    await all(
      'pings fail',
      async (daemon) => {
        const { values } = await exposed(daemon)
        const failed = values['coterie_cluster_probes_total{result="unanswered"}'] as number
        return (
          failed > (shares.get(daemon) as number) &&
          (values.coterie_cluster_heartbeat_success_ratio as number) < 1
        )
      },
      others,
    )
    await all(
      'the others run all',
      async (daemon) => {
        const cluster = await clusterOf(daemon)
        return cluster.tasks.running === 3 && cluster.tasksLost === 0
      },
      others,
    )
    const active = await Promise.all(others.map((daemon) => sampleOf(daemon, 'coterie_workloads_active')))
    assert.deepEqual(active.toSorted(), [1, 2])
    for (const daemon of others) assert.equal(await sampleOf(daemon, 'coterie_has_quorum'), 1)
  })

  it('shows that there is no majority: the one that is left is not ready, and says why', async () => {
    const living = mesh.filter(({ process }) => process.exitCode === null && process.signalCode === null)
    const [last, other] = living as [RunningDaemon, RunningDaemon]
    await other.end('SIGKILL')
    await eventually('it is not ready', async () => (await sampleOf(last, 'coterie_ready')) === 0)
    assert.equal(await sampleOf(last, 'coterie_has_quorum'), 0)
    const answer = await fetch(`http://127.0.0.1:${last.ready.apiPort}/ready`)
    assert.equal(answer.status, 503)
    const { code, data } = (await answer.json()) as { code: string; data: { reasons: { reason: string }[] } }
    assert.equal(code, 'notReady')
    assert.deepEqual(
      data.reasons.map(({ reason }) => reason),
      ['it knows of no leader'],
    )
    const cluster = await clusterOf(last)
    assert.deepEqual([cluster.leader, cluster.quorum], [null, false])
  })
})
