/** Real control groups of this machine, made by the test, by every means that its kernel offers. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  directoryOf,
  type GroupMount,
  groupMounts,
  groupTree,
  pidsIn,
} from '../../../node/watchdog/control-groups.ts'
import { createKiller } from '../../../node/watchdog/index.ts'
import { type GroupMeans, killControlGroup, meansOf } from '../../../node/watchdog/kill-control-group.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { end } from './stage.ts'

/** Which hierarchy shows each means. */
const IN: readonly (readonly [GroupMeans, (mount: GroupMount) => boolean])[] = [
  ['cgroup.kill', ({ controllers }) => controllers.length === 0],
  ['cgroup.freeze', ({ controllers }) => controllers.length === 0],
  ['freezer.state', ({ controllers }) => controllers.includes('freezer')],
  ['pids', ({ controllers }) => controllers.includes('name=systemd') || controllers.includes('pids')],
]

describe('watchdog: control groups', () => {
  const name = `coterie-test-${process.pid}`
  const children: ChildProcess[] = []
  const groups: string[] = []

  before(function () {
    requires(this, 'root')
  })
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => end(child)))
    for (const group of groups.splice(0).toReversed())
      await eventually('the group is empty', () => rmdir(group).then(() => true))
  })

  const makeGroup = async (path: string): Promise<string> => {
    await mkdir(path)
    groups.push(path)
    return path
  }
  /** A shell with children that ignore whatever may be ignored, put into the group before it starts any. */
  const runIn = async (group: string): Promise<ChildProcess> => {
    const script = `trap '' TERM; echo $$ >${group}/cgroup.procs; setsid sleep 1000 & sleep 1000 & echo .; wait`
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    await once(child.stdout, 'data')
    return child
  }

  for (const [means, isRight] of IN)
    it(`are ended through ${means}, with those below them, and others are not`, async function () {
      const mount = (await groupMounts()).find(isRight)
      if (mount === undefined) return void this.skip()
      const outer = await makeGroup(join(mount.directory, name))
      const inner = await makeGroup(join(outer, 'inner'))
      const beside = await makeGroup(join(mount.directory, `${name}-beside`))
      if (means !== 'pids' && (await meansOf(outer)) !== means && means !== 'cgroup.freeze')
        return void this.skip()
      for (const group of [outer, inner, beside]) await runIn(group)
      assert.equal((await pidsIn(outer)).length, 6)
      await eventually('nothing is left', () => killControlGroup(outer, means))
      assert.deepEqual(await pidsIn(outer), [])
      assert.equal((await pidsIn(beside)).length, 3)
      await eventually('nothing is left', () => killControlGroup(beside, means))
    })

  it('are found by what /proc calls them, and their kill is told when they are empty', async function () {
    const mount = (await groupMounts()).find(({ root }) => root === '/')
    if (mount === undefined) return void this.skip()
    const group = await makeGroup(join(mount.directory, name))
    const path = `${mount.controllers.find((controller) => mount.directory.endsWith(controller)) ?? ''}:/${name}`
    const killer = createKiller()
    assert.equal(await killer.obstacle({ type: 'cgroup', path }), null)
    assert.equal(await directoryOf(path), group)
    assert.deepEqual(await groupTree(group), [group])
    await runIn(group)
    assert.equal(await killer.isBack({ type: 'cgroup', path }), true)
    await eventually('nothing is left', () => killer.kill({ type: 'cgroup', path }))
    assert.equal(await killer.isBack({ type: 'cgroup', path }), false)
  })

  it('are never the root, nor what holds the watchdog itself', async function () {
    const killer = createKiller()
    for (const path of [':/', ':', 'freezer:/', ':/..', ':/a/..', 'nothing:/a', '/a', ''])
      assert.notEqual(await killer.obstacle({ type: 'cgroup', path }), null, path)
    for (const path of [':/', 'freezer:/', ':/a/..']) assert.equal(await directoryOf(path), null)
    const mount = (await groupMounts()).find(({ controllers }) => controllers.length === 0)
    if (mount === undefined) return void this.skip()
    const group = await makeGroup(join(mount.directory, name))
    await writeFile(join(group, 'cgroup.procs'), `${process.pid}`)
    try {
      assert.match((await killer.obstacle({ type: 'cgroup', path: `:/${name}` })) ?? '', /itself/)
    } finally {
      await writeFile(join(mount.directory, 'cgroup.procs'), `${process.pid}`)
    }
  })
})
