/** Messages that are read and then only looked at. */

import {
  BUCKETS,
  compareAnswerCodec,
  differingBuckets,
  fetchAnswerCodec,
  listAnswerCodec,
} from '../../../crdt/index.ts'
import {
  archivePieceCodec,
  recordsCodec,
  recordsListCodec,
  surveyAnswerCodec,
} from '../../../crdt/records/index.ts'
import { conditionCodec, nodeProfileCodec, taskStatusCodec } from '../../../node/daemon/observed.ts'
import { backupItemCodec } from '../../../protocols/backup/index.ts'
import {
  configurationCodec,
  decideReplyCodec,
  decideRequestCodec,
  followRequestCodec,
} from '../../../protocols/consensus/index.ts'
import { endCodec, sessionCodec } from '../../../protocols/credentials/index.ts'
import {
  execEventCodec,
  execInputCodec,
  execRequestCodec,
  pinAnswerCodec,
  pinRequestCodec,
  registriesAnswerCodec,
  registriesRequestCodec,
  usageAnswerCodec,
} from '../../../protocols/engine/index.ts'
import { strainOf } from '../../../protocols/profile/index.ts'
import {
  isForward,
  logBatchCodec,
  logsRequestCodec,
  type TaskStatus,
} from '../../../protocols/tasks/index.ts'
import { answerMessage, offerMessage } from '../../../signaling/index.ts'
import { messageTarget } from '../frames.ts'
import type { Target } from '../target.ts'

const DIGESTS = new Uint8Array(BUCKETS * 16)

const status: TaskStatus = {
  task: 'shop.web.0.7',
  token: 7,
  attempt: 1,
  quickEnds: 0,
  sinceMs: 1,
  problem: null,
  state: 'stopping',
}

export const messageTargets: readonly Target[] = [
  messageTarget({ name: 'backup-item', codec: backupItemCodec }),
  messageTarget({ name: 'configuration', codec: configurationCodec }),
  messageTarget({ name: 'decide-request', codec: decideRequestCodec }),
  messageTarget({ name: 'decide-reply', codec: decideReplyCodec }),
  messageTarget({ name: 'follow-request', codec: followRequestCodec }),
  messageTarget({ name: 'logs-request', codec: logsRequestCodec }),
  messageTarget({ name: 'log-batch', codec: logBatchCodec }),
  messageTarget({ name: 'exec-request', codec: execRequestCodec }),
  messageTarget({ name: 'exec-input', codec: execInputCodec }),
  messageTarget({ name: 'exec-event', codec: execEventCodec }),
  messageTarget({ name: 'pin-request', codec: pinRequestCodec }),
  messageTarget({ name: 'pin-answer', codec: pinAnswerCodec }),
  messageTarget({ name: 'registries-request', codec: registriesRequestCodec }),
  messageTarget({ name: 'registries-answer', codec: registriesAnswerCodec }),
  messageTarget({ name: 'usage-answer', codec: usageAnswerCodec }),
  messageTarget({ name: 'task-status', codec: taskStatusCodec, use: (told) => void isForward(status, told) }),
  messageTarget({ name: 'condition', codec: conditionCodec, use: (told) => void strainOf(told) }),
  messageTarget({ name: 'node-profile', codec: nodeProfileCodec }),
  messageTarget({ name: 'signal-answer', codec: answerMessage }),
  messageTarget({ name: 'signal-offer', codec: offerMessage }),
  messageTarget({
    name: 'sync-compare',
    codec: compareAnswerCodec,
    use: (answer) => answer.type === 'digests' && void differingBuckets(DIGESTS, answer.revisions),
  }),
  messageTarget({ name: 'sync-list', codec: listAnswerCodec }),
  messageTarget({ name: 'sync-fetch', codec: fetchAnswerCodec }),
  messageTarget({ name: 'records-survey', codec: surveyAnswerCodec }),
  messageTarget({ name: 'records-list', codec: recordsListCodec }),
  messageTarget({ name: 'records-fetch', codec: recordsCodec }),
  messageTarget({ name: 'session', codec: sessionCodec }),
  messageTarget({ name: 'session-end', codec: endCodec }),
  messageTarget({ name: 'archive-piece', codec: archivePieceCodec }),
]
