/** Findings for people: one line each, and the cure below what is not good. */
import type { Writable } from 'node:stream'
import type { Finding } from '../protocols/control/index.ts'
import { faint, painted, plain, table } from './output.ts'

const WORDS: Readonly<Record<Finding['result'], string>> = {
  good: 'good',
  warning: 'warning',
  bad: 'bad',
  notApplicable: '-',
}

export const describeFindings = (findings: readonly Finding[], stream: Writable): string => {
  const rows = findings.flatMap(({ id, about, result, finding, fix }) => [
    [painted(WORDS[result], stream), id, plain(about ?? 'this machine'), plain(finding)],
    ...(fix === null ? [] : [['', '', faint('cure', stream), plain(fix)]]),
  ])
  return `${table(['RESULT', 'CHECK', 'ABOUT', 'FINDING'], rows)}${summaryOf(findings)}\n`
}

const summaryOf = (findings: readonly Finding[]): string => {
  const count = (wanted: Finding['result']) => findings.filter(({ result }) => result === wanted).length
  const [bad, warnings] = [count('bad'), count('warning')]
  if (bad + warnings === 0) return 'all is well'
  const told = [
    ...(bad === 0 ? [] : [`${bad} bad`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ]
  return told.join(', ')
}
