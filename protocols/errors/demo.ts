import { rule } from './rule.ts'

/** Errors of the demo. Wire numbers 290 to 299. */
export const demoErrors = {
  demoDaemonEnded: rule<{ name: string; detail: string }>({
    wire: 290,
    http: 500,
    exit: 1,
    cause: ({ name, detail }) =>
      `the daemon ${name} of the demo ended before it was ready: ${detail || 'it said nothing'}`,
    next: () => 'Read its last words above; nothing of the demo was left behind',
  }),
  demoStuck: rule<{ stage: string; seconds: number; detail: string }>({
    wire: 291,
    http: 500,
    exit: 1,
    cause: ({ stage, seconds, detail }) =>
      `${stage} took longer than ${seconds} s${detail === '' ? '' : `; the last thing heard was: ${detail}`}`,
    next: () => 'Look whether this machine is very busy, then try again; nothing of the demo was left behind',
  }),
}
