/** Voters as child processes; `close` ends all of them and deletes what they stored. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratchDir } from '../../test/support/scratch.ts'
import type { Place, VoterQuestion } from './voter.ts'

const VOTER = fileURLToPath(new URL('./voter.ts', import.meta.url))

type Answer = { readonly value: unknown } | { readonly error: string }

export interface Voter {
  ask(question: VoterQuestion): Promise<unknown>
}

export interface Voters {
  readonly path: string
  /** The founder, which leads, and the others; all vote. */
  mesh(count: number): Promise<Voter[]>
  close(): Promise<void>
}

/** The next answer of `child`; rejects with what it said went wrong, or when it is gone. */
const nextAnswer = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('a voter has ended'))
    child.once('exit', gone)
    child.once('message', (answer: Answer) => {
      child.off('exit', gone)
      if ('error' in answer) reject(new Error(answer.error))
      else resolve(answer.value)
    })
  })

export const createVoters = async (): Promise<Voters> => {
  const scratch = await scratchDir()
  const children: ChildProcess[] = []

  const start = async (name: string, founds: boolean): Promise<Voter> => {
    const dataDir = join(scratch.path, name)
    await mkdir(dataDir)
    const child = fork(VOTER, [dataDir, founds ? 'founds' : 'joins'], { serialization: 'advanced' })
    children.push(child)
    await nextAnswer(child)
    return {
      ask: (question) => {
        const answer = nextAnswer(child)
        child.send(question)
        return answer
      },
    }
  }

  return {
    path: scratch.path,
    mesh: async (count) => {
      const voters = await Promise.all(
        Array.from({ length: count }, (_, at) => start(`voter-${at}`, at === 0)),
      )
      const places = (await Promise.all(voters.map((voter) => voter.ask({ type: 'place' })))) as Place[]
      await Promise.all(
        voters.map((voter, at) =>
          voter.ask({ type: 'meet', others: places.filter((_, other) => other !== at) }),
        ),
      )
      await voters[0]?.ask({ type: 'vote', voters: places.map(({ node }) => node) })
      return voters
    },
    close: async () => {
      const gone = children
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(gone)
      await scratch.remove()
    },
  }
}
