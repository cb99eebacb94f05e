import assert from 'node:assert/strict'
import { judgeCertificates } from '../../../node/doctor/checks/certificates.ts'
import { judgeDate } from '../../../node/doctor/checks/date.ts'
import { type DiskFacts, judgeDisk } from '../../../node/doctor/checks/disk.ts'
import { type DockerFacts, judgeDocker } from '../../../node/doctor/checks/docker.ts'
import { judgeLogs } from '../../../node/doctor/checks/logs.ts'
import { judgeOpenLan, type OpenLanFacts } from '../../../node/doctor/checks/open-lan.ts'
import { judgePrivileges } from '../../../node/doctor/checks/privileges.ts'
import { judgeReadiness } from '../../../node/doctor/checks/readiness.ts'
import { judgeVoters } from '../../../node/doctor/checks/voters.ts'
import { judgeWatchdog, type WatchdogFacts } from '../../../node/doctor/checks/watchdog.ts'
import { judged } from './judged.ts'

const GIB = 1024 ** 3
const disk = (more: Partial<DiskFacts> = {}): DiskFacts => ({
  path: '/data',
  freeBytes: 50 * GIB,
  sizeBytes: 100 * GIB,
  syncMs: 4,
  problem: null,
  ...more,
})

describe('doctor: the disk', () => {
  judged(judgeDisk, [
    ['with room, and quick', disk(), 'good', /50 GiB of 100 GiB free, a synced write takes 4 ms/, null],
    ['with little room', disk({ freeBytes: GIB / 2 }), 'warning', /512 MiB of/, /Make room/],
    ['with a small share left', disk({ freeBytes: 4 * GIB }), 'warning', /4\.0 GiB of/, /Make room/],
    ['that is full', disk({ freeBytes: 0, syncMs: null, problem: 'ENOSPC' }), 'bad', /is full/, /Make room/],
    ['that is slow', disk({ syncMs: 300 }), 'warning', /takes 300 ms/, /other work/],
    ['that holds everybody up', disk({ syncMs: 1_500 }), 'bad', /takes 1500 ms/, /faster disk/],
    [
      'where nothing can be written',
      disk({ syncMs: null, problem: 'EACCES: permission denied' }),
      'bad',
      /nothing can be written to \/data: EACCES/,
      /user of the daemon/,
    ],
  ])
})

const docker = (more: Partial<DockerFacts> = {}): DockerFacts => ({
  socketPath: '/var/run/docker.sock',
  processes: false,
  problem: null,
  engine: { version: '29.1.0', cgroup: '2', limitsMemory: true, storage: { driver: 'btrfs', on: null } },
  ...more,
})
const storedBy = (driver: string, on: string | null): DockerFacts =>
  docker({ engine: { version: '29.1.0', cgroup: '2', limitsMemory: true, storage: { driver, on } } })
const lacking = (kind: NonNullable<DockerFacts['problem']>['kind'], processes = false): DockerFacts =>
  docker({ problem: { kind, detail: 'why' }, engine: null, processes })

describe('doctor: the engine', () => {
  judged(judgeDocker, [
    [
      'that answers, and limits all',
      docker(),
      'good',
      /Docker 29\.1\.0 answers, with control groups of version 2; it limits the disk of containers \(btrfs\)$/,
      null,
    ],
    [
      'on XFS',
      storedBy('overlay2', 'xfs'),
      'good',
      /where that is mounted with pquota \(overlay2 on xfs\)$/,
      null,
    ],
    [
      'on ext4',
      storedBy('overlay2', 'extfs'),
      'good',
      /; it cannot limit the disk of containers \(overlay2 on extfs\)$/,
      null,
    ],
    [
      'that cannot limit memory',
      docker({
        engine: {
          version: '29.1.0',
          cgroup: null,
          limitsMemory: false,
          storage: { driver: 'zfs', on: null },
        },
      }),
      'warning',
      /cannot limit/,
      /cgroup_enable=memory/,
    ],
    ['that is absent', lacking('absent'), 'warning', /nothing can run here/, /Install Docker Engine/],
    ['that is absent and not needed', lacking('absent', true), 'notApplicable', /plain processes/, null],
    ['that this user may not use', lacking('forbidden'), 'bad', /may not use/, /usermod -aG docker/],
    ['that is stopped', lacking('deaf', true), 'bad', /nobody listens/, /systemctl start docker/],
    ['that hangs', lacking('silent'), 'bad', /does not answer: why/, /systemctl restart docker/],
  ])
})

const voters = (members: number, count: number, votersAlive: number, hasQuorum = true) => ({
  members,
  voters: count,
  votersAlive,
  hasQuorum,
})

describe('doctor: voters', () => {
  judged(judgeVoters, [
    ['of which one may stop', voters(3, 3, 3), 'good', /3 of 3 members vote; any one of them may stop/, null],
    ['of which two may stop', voters(9, 5, 5), 'good', /any 2 of them/, null],
    ['of which none may stop any more', voters(3, 3, 2), 'warning', /2 of 3 voters are there/, /Start those/],
    ['of one machine', voters(1, 1, 1), 'warning', /one node votes alone/, /two more machines/],
    ['of two machines', voters(2, 1, 1), 'warning', /one node votes alone/, /a third machine/],
    ['that are still one', voters(3, 1, 1), 'warning', /as yet/, /Wait a minute/],
    ['without a majority', voters(3, 3, 1, false), 'bad', /no majority/, /coterie quorum recover/],
  ])
})

const watchdog = (kills: WatchdogFacts['kills'], more: Partial<WatchdogFacts> = {}): WatchdogFacts => ({
  kills,
  detail: 'containers through cgroup.kill',
  dataDir: '/data',
  isStartedHere: false,
  hasEngine: true,
  ...more,
})

describe('doctor: the watchdog', () => {
  judged(judgeWatchdog, [
    ['that kills all', watchdog(['docker', 'process']), 'good', /containers through cgroup\.kill/, null],
    ['that kills programs only', watchdog(['process']), 'warning', /plain programs only/, /as root/],
    ['that needs to kill no more', watchdog(['process'], { hasEngine: false }), 'good', /no engine/, null],
    ['that is absent', watchdog([]), 'warning', /no exclusive service/, /coterie watchdog --data-dir \/data/],
    [
      'that was not started',
      watchdog([], { isStartedHere: true }),
      'warning',
      /no excl/,
      /log of the daemon/,
    ],
  ])
})

describe('doctor: privileges', () => {
  judged(judgePrivileges, [
    ['of root', { user: 0, holdsGroups: true, processes: true }, 'good', /runs as root: all works/, null],
    [
      'of a user',
      { user: 1000, holdsGroups: false, processes: false },
      'good',
      /as user 1000: the mesh, .*; not without root: control groups for plain programs, ports below 1024/,
      null,
    ],
    [
      'with a group of its own',
      { user: 1000, holdsGroups: true, processes: true },
      'good',
      /control groups/,
      null,
    ],
    [
      'too few for plain programs',
      { user: 1000, holdsGroups: false, processes: true },
      'warning',
      /outlives its task/,
      /systemd unit/,
    ],
  ])
})

const DAY_MS = 86_400_000
const leaf = (agedDays: number) => ({
  leaves: [
    { proves: 'its identity', notBeforeMs: 0, notAfterMs: 90 * DAY_MS },
    { proves: 'its HTTPS', notBeforeMs: 0, notAfterMs: 200 * DAY_MS },
  ],
  nowMs: agedDays * DAY_MS,
  issuers: 2,
})

describe('doctor: certificates', () => {
  judged(
    (facts) => judgeCertificates(facts).slice(0, 1),
    [
      ['that are young', leaf(10), 'good', /^valid for 80 days/, null],
      [
        'one of which was not renewed',
        leaf(75),
        'warning',
        /its identity ends in 15 days, and was not/,
        /issuer ls/,
      ],
      ['one of which has ended', leaf(92), 'bad', /its identity ended 2 days ago/, /issuer ls/],
      [
        'of the future',
        leaf(-1),
        'bad',
        /its identity begins in 24 h: the clock here is behind/,
        /timedatectl/,
      ],
    ],
  )
  judged(
    (facts) => judgeCertificates(facts).slice(-1),
    [
      ['that two issue', leaf(10), 'good', /^2 members issue/, null],
      [
        'that one alone issues',
        { ...leaf(10), issuers: 1 },
        'warning',
        /one member alone/,
        /issuer grant NODE/,
      ],
    ],
  )
})

describe('doctor: logs', () => {
  const to = 'https://logs.example.org/in'
  const failing = {
    forMs: 300_000,
    finding: `log lines are not taken at ${to}: it answered 500`,
    fix: 'Look there',
  }
  judged(judgeLogs, [
    [
      'that arrive',
      { problem: null, export: { to, waiting: 3, dropped: 0, problem: null } },
      'good',
      /^log lines go to https:\/\/logs\.example\.org\/in$/,
      null,
    ],
    [
      'that arrive again, some of which were lost',
      { problem: null, export: { to, waiting: 0, dropped: 7, problem: null } },
      'good',
      /; 7 lines were lost on the way since the start$/,
      null,
    ],
    [
      'that do not arrive',
      { problem: null, export: { to, waiting: 9, dropped: 2, problem: failing } },
      'warning',
      /it answered 500 for 5 min; 9 lines wait; 2 lines were lost/,
      /Look there/,
    ],
    [
      'that the disk does not take',
      { problem: 'ENOSPC', export: null },
      'bad',
      /not kept on disk: ENOSPC/,
      /room/,
    ],
  ])

  it('that are kept and go nowhere else are no finding', () => {
    assert.deepEqual(judgeLogs({ problem: null, export: null }), [])
  })
})

describe('doctor: the date, and readiness', () => {
  judged(judgeDate, [
    ['a date that can be', Date.UTC(2027, 1, 3, 4, 5), 'good', /2027-02-03 04:05 UTC/, null],
    ['a board without a battery', 12_000, 'bad', /1970-01-01/, /timedatectl set-ntp true/],
  ])
  judged(judgeReadiness, [
    ['a node that is ready', [], 'good', /follows the log/, null],
    ['one that is not', [{ reason: 'it knows of no leader', next: 'See' }], 'bad', /no leader/, /^See$/],
  ])
})

describe('doctor: the window for machines that ask', () => {
  const open = (more: Partial<OpenLanFacts> = {}): OpenLanFacts => ({
    untilMs: 600_000,
    autoApprove: false,
    waiting: 0,
    ...more,
  })
  judged(
    (facts: OpenLanFacts) => judgeOpenLan(facts, 0),
    [
      ['that is open', open(), 'warning', /may ask to join, for 10 min more$/, /node close-lan/],
      [
        'at which some wait',
        open({ waiting: 2 }),
        'warning',
        /; 2 wait: coterie node requests$/,
        /close-lan/,
      ],
      [
        'that lets in everybody',
        open({ autoApprove: true }),
        'warning',
        /every machine of the LAN/,
        /close-lan/,
      ],
    ],
  )
  it('is no news while it is closed', () => {
    assert.deepEqual(judgeOpenLan(null, 0), [])
  })
})
