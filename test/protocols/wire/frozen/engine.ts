import {
  execEventCodec,
  execInputCodec,
  execRequestCodec,
  pinAnswerCodec,
  pinRequestCodec,
  registriesAnswerCodec,
  registriesRequestCodec,
  usageAnswerCodec,
  usageRequestCodec,
} from '../../../../protocols/engine/index.ts'
import { type Kinds, kind } from './kind.ts'

const TASK = 'shop.web.0.12'
const bytes = new Uint8Array([104, 105, 10])

export const EXEC: Kinds = [
  kind(execRequestCodec, {
    'exec request': {
      task: TASK,
      command: ['sh', '-c', 'ls'],
      terminal: { columns: 80, rows: 24 },
      input: true,
      user: 'ada:staff',
      directory: '/tmp',
      environment: ['A=b'],
    },
    'exec request of little': {
      task: TASK,
      command: ['ls'],
      terminal: null,
      input: false,
      user: null,
      directory: null,
      environment: [],
    },
  }),
  kind(execInputCodec, {
    input: { type: 'input', bytes },
    inputEnd: { type: 'inputEnd' },
    resize: { type: 'resize', size: { columns: 120, rows: 40 } },
  }),
  kind(execEventCodec, {
    opened: { type: 'opened' },
    output: { type: 'output', stream: 'stderr', bytes },
    ended: { type: 'ended', exitCode: 3 },
    'ended somehow': { type: 'ended', exitCode: null },
  }),
]

export const USAGE: Kinds = [
  kind(usageRequestCodec, { 'usage request': {} }),
  kind(usageAnswerCodec, {
    'usage answer': {
      tasks: [
        {
          task: TASK,
          atMs: 1_700_000_000_000,
          cpuUs: 12_000_000,
          memoryBytes: 67_108_864,
          memoryLimitBytes: null,
          pids: 4,
          pidsLimit: 100,
          networkInBytes: 10,
          networkOutBytes: 20,
          diskReadBytes: null,
          diskWriteBytes: 0,
        },
      ],
    },
  }),
]

export const REGISTRIES: Kinds = [
  kind(registriesRequestCodec, {
    offer: { type: 'offer', known: [{ registry: 'ghcr.io', atMs: 1_700_000_000_000 }] },
    give: { type: 'give', registry: 'attic.lan:5000' },
  }),
  kind(registriesAnswerCodec, {
    taken: { type: 'taken' },
    given: { type: 'given', atMs: 1_700_000_000_000, login: { username: 'ada', secret: 'hunter2' } },
    'given that it is gone': { type: 'given', atMs: 1_700_000_000_001, login: null },
  }),
]

export const IMAGES: Kinds = [
  kind(pinRequestCodec, {
    'pin request': { image: 'web:1', before: `web:1@sha256:${'a'.repeat(64)}` },
    'pin request of a new service': { image: 'ghcr.io/shop/web', before: null },
  }),
  kind(pinAnswerCodec, {
    'pin answer': { image: `web:1@sha256:${'b'.repeat(64)}`, note: null },
    'pin answer without a digest': { image: 'web:1', note: 'not pinned: it came from no registry' },
  }),
]
