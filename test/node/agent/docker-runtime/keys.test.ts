/** What a service says of its containers, seen from inside of them, on the real engine. */
import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isCoterieError } from '../../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../../protocols/spec/index.ts'
import { specOf } from '../../../support/compose-files.ts'
import { containersLabelled, docker } from '../../../support/engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { requires } from '../../../support/requirements.ts'
import { scratchDir } from '../../../support/scratch.ts'
import { createDockerGround, type Ground, startOf } from '../grounds.ts'

const TASK = 'shop.web.0.7'
const NEVER = new AbortController().signal

describe('docker runtime: what a Compose file says', () => {
  let ground: Ground
  let scratch: Awaited<ReturnType<typeof scratchDir>>

  before(function () {
    requires(this, 'docker')
  })
  beforeEach(async () => {
    scratch = await scratchDir()
    ground = await createDockerGround()
  })
  afterEach(async () => {
    await ground?.remove()
    await scratch.remove()
  })

  const written = (...lines: readonly string[]): ServiceSpec =>
    specOf(
      [
        'name: shop',
        'services:',
        '  web:',
        `    image: ${ground.image}`,
        ...lines.map((line) => `    ${line}`),
        'volumes: {data: {}}',
      ].join('\n'),
    )

  const start = async (spec: ServiceSpec, allows: readonly string[] = []): Promise<string> => {
    await ground.runtime(undefined, allows).start(startOf(spec, TASK), NEVER)
    const [id = ''] = await containersLabelled(`coterie.task=${TASK}`)
    return id
  }

  /** What a shell in the container answers to a line. */
  const asked = (id: string, line: string): Promise<string> => docker('exec', id, 'sh', '-c', line)

  it('reaches the program: who it is, where, what it is given, and what of the machine', async () => {
    const id = await start(
      written(
        'entrypoint: [sh, -c]',
        'command: ["sleep 1000"]',
        'user: "1000:1001"',
        'group_add: ["1234"]',
        'working_dir: /tmp',
        'hostname: kitchen',
        'domainname: example.org',
        'environment: {A: "1"}',
        'extra_hosts: ["nas=10.0.0.2"]',
        'dns: 10.0.0.3',
        'dns_search: example.org',
        'dns_opt: [ndots:2]',
        'shm_size: 16m',
        'tmpfs: /cache:size=1m,mode=1777',
        'volumes: ["data:/data:ro"]',
        'ulimits: {nofile: {soft: 64, hard: 128}}',
        'sysctls: [net.core.somaxconn=99]',
        'labels: [a=b]',
        'annotations: {}',
        'stop_signal: INT',
        'stop_grace_period: 3s',
        'init: false',
        'tty: true',
        'stdin_open: true',
        'read_only: true',
        'logging: {options: {max-file: "1"}}',
      ),
    )
    const inside = [
      'id -u; id -g; id -G; pwd; hostname -f; echo $A; grep nas /etc/hosts; cat /etc/resolv.conf',
      'df -m /dev/shm /cache; (: > /data/x); (: > /x); ulimit -Sn; ulimit -Hn; cat /proc/sys/net/core/somaxconn',
      'cat /proc/1/cmdline; grep -E "CapEff|NoNewPrivs" /proc/self/status',
    ]
    const answer = await asked(id, `{ ${inside.join('; ')}; } 2>&1`)
    const expected = [
      /^1000\n1001\n1001 1234\n\/tmp\nkitchen(\.example\.org)?\n1\n10\.0\.0\.2\s+nas$/m,
      /nameserver 10\.0\.0\.3/,
      /search example\.org/,
      /options ndots:2/,
      /16 .*\/dev\/shm/,
      /1 .*\/cache/,
      /data\/x: Read-only file system/,
      /\/x: Read-only file system/,
      /\n64\n128\n99\n/,
      /^sh.*sleep 1000|^sleep.*1000/m,
      /CapEff:\s+0000000000000000\nNoNewPrivs:\s+1/,
    ]
    for (const pattern of expected) assert.match(answer, pattern)
    const config = JSON.parse(await docker('inspect', '--format', '{{json .}}', id))
    assert.equal(config.Config.Labels.a, 'b')
    assert.deepEqual([config.Config.StopSignal, config.Config.StopTimeout], ['SIGINT', 3])
    assert.deepEqual([config.Config.Tty, config.Config.OpenStdin], [true, true])
    assert.deepEqual(config.HostConfig.LogConfig.Config, { 'max-size': '10m', 'max-file': '1' })
    await docker('volume', 'rm', '--force', ...(await volumesOf(id)))
  })

  /** Removes the container, and tells what named volumes it had. */
  const volumesOf = async (id: string): Promise<string[]> => {
    const names = await docker('inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', id)
    await docker('rm', '--force', id)
    return names.split(' ').filter((name) => name.startsWith('coterie_'))
  }

  it('leaves popular images what they need, and takes all where it is strict', async () => {
    const capabilities = async (...lines: readonly string[]): Promise<bigint> => {
      const id = await start(written('command: sleep 1000', ...lines))
      const line = await asked(id, 'grep CapBnd /proc/1/status')
      await docker('rm', '--force', id)
      return BigInt(`0x${line.split(/\s+/)[1]}`)
    }
    const has = (set: bigint, capability: number): boolean => (set & (1n << BigInt(capability))) !== 0n
    const [chown, netBind, chroot, mknod, audit] = [0, 10, 18, 27, 29] as const
    const usual = await capabilities()
    assert.deepEqual(
      [chown, netBind, chroot, mknod, audit].map((each) => has(usual, each)),
      [true, true, false, false, false],
    )
    assert.equal(has(await capabilities('cap_add: [CAP_SYS_CHROOT]'), chroot), true)
    assert.equal(await capabilities('x-coterie: {hardening: strict}', 'cap_add: [chown]'), 1n)
    assert.equal(await capabilities('cap_drop: [ALL]'), 0n)
  })

  it('keeps what is in a named volume when the task goes, and nothing else', async () => {
    const spec = written('command: sleep 1000', 'volumes: ["data:/data", "/own"]')
    const runtime = ground.runtime()
    const first = await start(spec)
    await asked(first, 'echo kept > /data/file; echo gone > /own/file')
    const volumes = await docker('inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', first)
    const [named = ''] = volumes.split(' ').filter((name) => name.startsWith('coterie_'))
    const [own = ''] = volumes.split(' ').filter((name) => name !== '' && name !== named)
    assert.match(
      await docker('volume', 'inspect', '--format', '{{json .Labels}}', named),
      /"coterie.volume":"data"/,
    )
    await runtime.stop(TASK, 0)
    await runtime.remove(TASK)
    await assert.rejects(docker('volume', 'inspect', own))
    assert.equal(await asked(await start(spec), 'cat /data/file; cat /own/file 2>/dev/null || :'), 'kept')
    await runtime.remove(TASK)
    await docker('volume', 'rm', named)
  })

  it('asks whether it is well as the file says', async () => {
    const id = await start(
      written(
        'command: sleep 1000',
        'healthcheck: {test: "cat /tmp/well", interval: 100ms, timeout: 2s, retries: 1}',
      ),
    )
    const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', id)
    await eventually('it is unwell', async () => (await health()) === 'unhealthy')
    await asked(id, ': > /tmp/well')
    await eventually('it is well', async () => (await health()) === 'healthy')
  })

  it('reaches beyond its container only where the node allows it', async () => {
    const folder = join(scratch.path, 'shared')
    await mkdir(folder)
    // An engine makes what is not there to be bound, so nothing here names its real socket.
    for (const name of ['secret', 'docker.sock']) await writeFile(join(scratch.path, name), '')
    await symlink(scratch.path, join(folder, 'up'))
    const refused = async (spec: ServiceSpec, ...allows: readonly string[]): Promise<readonly string[]> => {
      try {
        await ground.runtime(undefined, allows).start(startOf(spec, TASK), NEVER)
      } catch (error) {
        if (isCoterieError(error, 'beyondNotAllowed')) return error.data.needs
        throw error
      }
      return assert.fail('it was started')
    }
    const sleeping = 'command: sleep 1000'
    assert.deepEqual(await refused(written(sleeping, 'privileged: true', 'cap_add: [ALL]')), ['privileged'])
    const wide = written(
      sleeping,
      'pid: host',
      `volumes: ["${scratch.path}/docker.sock:/s"]`,
      'x-coterie: {network: host}',
      'ports: ["8080:80"]',
    )
    const all = ['host-network', 'host-pid', 'docker-socket']
    assert.deepEqual(await refused(wide), all)
    const id = await start(wide, all)
    const modes = '{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}}'
    assert.equal(await docker('inspect', '--format', modes, id), 'host host')
    const [seen] = await ground.runtime().list()
    assert.deepEqual(seen?.state === 'running' && seen.ports, [
      { target: 80, protocol: 'tcp', host: '127.0.0.1', port: 80 },
    ])
    await docker('rm', '--force', id)

    const allow = `bind=${folder}`
    assert.deepEqual(await refused(written(sleeping, `volumes: ["${scratch.path}:/a"]`), allow), [
      `bind=${scratch.path}`,
    ])
    assert.deepEqual(await refused(written(sleeping, `volumes: ["${folder}/up/secret:/a"]`), allow), [
      `bind=${scratch.path}/secret`,
    ])
    assert.deepEqual(await refused(written(sleeping, 'cap_add: [NET_ADMIN]', 'devices: [/dev/null]')), [
      'cap=NET_ADMIN',
      'device=/dev/null',
    ])
    const bound = await start(
      written(
        sleeping,
        `volumes: ["${folder}:/a"]`,
        'devices: [/dev/null:/dev/nothing:rw]',
        'cap_add: [NET_ADMIN]',
      ),
      [allow, 'device=/dev', 'cap=NET_ADMIN'],
    )
    assert.equal(await asked(bound, ': > /a/made; : > /dev/nothing; echo done'), 'done')
  })

  it('is refused where the engine or the node lacks what it needs', async () => {
    const external = specOf(
      `services: {web: {image: "${ground.image}", volumes: ["data:/data"]}}\nvolumes: {data: {external: true, name: none-such}}`,
    )
    await assert.rejects(start(external), (error) => isCoterieError(error, 'volumeMissing'))
    const [major = 0, minor = 0] = (await docker('version', '--format', '{{.Server.APIVersion}}'))
      .split('.')
      .map(Number)
    const annotated = written('command: sleep 1000', 'annotations: {a: b}')
    if (major > 1 || minor >= 43) await start(annotated)
    else await assert.rejects(start(annotated), (error) => isCoterieError(error, 'engineTooOld'))
  })

  it('is asked to stop by its own signal, for as long as it says', async () => {
    const spec = written(
      'command: ["sh", "-c", "trap \'echo asked; exit 3\' USR1; while :; do sleep 0.1; done"]',
      'stop_signal: SIGUSR1',
      'stop_grace_period: 20s',
    )
    await start(spec)
    const runtime = ground.runtime()
    await eventually(
      'it listens',
      async () => (await docker('ps', '--quiet', '--filter', 'status=running')) !== '',
    )
    await runtime.stop(TASK, null)
    const [seen] = await runtime.list()
    assert.equal(seen?.state === 'exited' && seen.exitCode, 3)
  })
})
