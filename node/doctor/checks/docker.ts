/** The Docker engine: whether it answers, which version it is, and whether it can keep what containers may use. */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { bad, good, notApplicable, type Verdict, warning } from '../verdict.ts'

export interface DockerFacts {
  readonly socketPath: string
  /** Whether tasks may also run without it. */
  readonly processes: boolean
  /** Null where it answered. */
  readonly problem: {
    readonly kind: 'absent' | 'forbidden' | 'deaf' | 'silent'
    readonly detail: string
  } | null
  readonly engine: EngineFacts | null
}

export interface EngineFacts {
  readonly version: string
  /** `1` or `2`; null where it does not say. */
  readonly cgroup: string | null
  readonly limitsMemory: boolean
  /** Its storage driver, and on what that stands where it says so. */
  readonly storage: { readonly driver: string; readonly on: string | null }
}

export const judgeDocker = ({ socketPath, processes, problem, engine }: DockerFacts): Verdict[] => {
  if (problem !== null) return [judgeProblem(problem, socketPath, processes)]
  if (engine === null) return []
  const found = `Docker ${engine.version} answers${engine.cgroup === null ? '' : `, with control groups of version ${engine.cgroup}`}`
  if (engine.limitsMemory) return [good(`${found}; ${diskInWords(engine.storage)}`)]
  return [
    warning(
      `${found}, and cannot limit the memory of containers`,
      'Boot with cgroup_enable=memory; on a Raspberry Pi that goes into /boot/firmware/cmdline.txt',
    ),
  ]
}

/** By the drivers' own rules (docs.docker.com/reference/cli/docker/container/run, "--storage-opt"). */
const diskInWords = ({ driver, on }: EngineFacts['storage']): string => {
  const name = on === null ? driver : `${driver} on ${on}`
  if (driver === 'btrfs' || driver === 'zfs') return `it limits the disk of containers (${name})`
  if (driver === 'overlay2' && on === 'xfs')
    return `it limits the disk of containers where that is mounted with pquota (${name})`
  return `it cannot limit the disk of containers (${name})`
}

const judgeProblem = (
  { kind, detail }: NonNullable<DockerFacts['problem']>,
  socketPath: string,
  processes: boolean,
): Verdict => {
  switch (kind) {
    case 'absent':
      return processes
        ? notApplicable(`there is no engine at ${socketPath}: tasks run here as plain processes`)
        : warning(
            `there is no engine at ${socketPath}: nothing can run here, and this node only votes and remembers`,
            'Install Docker Engine, or name its socket by --docker-socket',
          )
    case 'forbidden':
      return bad(
        `this user may not use the engine at ${socketPath}`,
        'Run the daemon as root, or type: usermod -aG docker USER, and start it again',
      )
    case 'deaf':
      return bad(`nobody listens at ${socketPath}: ${detail}`, 'Start the engine: systemctl start docker')
    case 'silent':
      return bad(
        `the engine at ${socketPath} does not answer: ${detail}`,
        'Look at it: journalctl -u docker; then systemctl restart docker',
      )
  }
}

/** An engine that lives answers in milliseconds. */
const ANSWER_MS_MAX = 3_000

const KINDS: Readonly<Record<string, NonNullable<DockerFacts['problem']>['kind']>> = {
  ENOENT: 'absent',
  EACCES: 'forbidden',
  ECONNREFUSED: 'deaf',
  ENOTSOCK: 'deaf',
}

export const measureDocker = async (socketPath: string, processes: boolean): Promise<DockerFacts> => {
  try {
    const info = await ask(socketPath, '/info')
    return { socketPath, processes, problem: null, engine: engineOf(info) }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return {
      socketPath,
      processes,
      problem: { kind: KINDS[code] ?? 'silent', detail: message },
      engine: null,
    }
  }
}

/** Of what `GET /info` answers, which a proxy may have written. */
const engineOf = (info: unknown): EngineFacts => {
  const { ServerVersion, CgroupVersion, MemoryLimit, Driver, DriverStatus } = (info ?? {}) as Readonly<
    Record<string, unknown>
  >
  const rows: readonly unknown[] = Array.isArray(DriverStatus) ? DriverStatus : []
  const row = rows.find((each) => Array.isArray(each) && each[0] === 'Backing Filesystem')
  const on: unknown = Array.isArray(row) ? row[1] : null
  return {
    version: typeof ServerVersion === 'string' ? ServerVersion : 'of an unknown version',
    cgroup: typeof CgroupVersion === 'string' ? CgroupVersion : null,
    limitsMemory: MemoryLimit !== false,
    storage: {
      driver: typeof Driver === 'string' ? Driver : 'an unknown driver',
      on: typeof on === 'string' ? on : null,
    },
  }
}

const ask = (socketPath: string, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    const asked = request(
      { socketPath, path, agent: false, signal, headers: { host: 'docker' } },
      (answer) => {
        text(answer)
          .then((body) => {
            if (answer.statusCode !== 200) throw new Error(`it answers ${answer.statusCode}`)
            resolve(JSON.parse(body))
          })
          .catch(reject)
      },
    )
    asked.once('error', (error) =>
      reject(signal.aborted ? new Error(`nothing came within ${ANSWER_MS_MAX / 1000} s`) : error),
    )
    asked.end()
  })
