/** Every decoder of bytes that somebody else made. */
import type { Target } from '../target.ts'
import { addressTarget, discoveryTarget } from './addresses.ts'
import { apiTarget, guardTarget } from './api.ts'
import { apiHttpTarget } from './api-http.ts'
import { askAnswerTarget, askQuestionTarget } from './ask.ts'
import { certificateTargets } from './certificates.ts'
import { composeTarget } from './compose.ts'
import { composeFilesTarget } from './compose-files.ts'
import { consensusTarget, followBatchTarget } from './consensus.ts'
import { decisionsSnapshotTarget, decisionsTarget } from './decisions.ts'
import { discoveryMessageTarget, discoveryPacketTarget, discoveryZoneTarget } from './discovery.ts'
import { doctorTargets } from './doctor.ts'
import { answerTarget, framingTarget } from './framing.ts'
import { generationsTarget } from './generations.ts'
import {
  catalogueUpdateTarget,
  hintTarget,
  registerTarget,
  revisionTarget,
  syncRequestTarget,
} from './intent.ts'
import { joinReplyTarget, joinRequestTarget, joinTokenTarget } from './join.ts'
import { journalTargets } from './journal.ts'
import { leasesTarget } from './leases.ts'
import { membershipTarget } from './membership.ts'
import { messageTargets } from './messages.ts'
import { proxyTargets } from './proxy.ts'
import { dialBackAnswerTarget, dialBackRequestTarget } from './reach.ts'
import { revocationTargets } from './revocations.ts'
import { archiveTarget, recordsHintTarget, recordsRequestTarget, taskRecordTarget } from './task-records.ts'
import { tunnelFrameTarget, tunnelMachineTarget } from './tunnel.ts'
import { challengeTarget, publicKeyTarget, sshSignatureTarget, userTokenTarget } from './users.ts'
import { watchdogTarget } from './watchdog.ts'

export const TARGETS: readonly Target[] = [
  framingTarget,
  answerTarget,
  joinRequestTarget,
  joinReplyTarget,
  joinTokenTarget,
  askQuestionTarget,
  askAnswerTarget,
  discoveryTarget,
  discoveryMessageTarget,
  discoveryPacketTarget,
  discoveryZoneTarget,
  addressTarget,
  membershipTarget,
  leasesTarget,
  dialBackRequestTarget,
  dialBackAnswerTarget,
  generationsTarget,
  consensusTarget,
  followBatchTarget,
  decisionsTarget,
  decisionsSnapshotTarget,
  revisionTarget,
  registerTarget,
  catalogueUpdateTarget,
  hintTarget,
  syncRequestTarget,
  taskRecordTarget,
  recordsHintTarget,
  recordsRequestTarget,
  archiveTarget,
  tunnelFrameTarget,
  tunnelMachineTarget,
  apiTarget,
  apiHttpTarget,
  guardTarget,
  userTokenTarget,
  sshSignatureTarget,
  challengeTarget,
  publicKeyTarget,
  composeTarget,
  composeFilesTarget,
  watchdogTarget,
  ...doctorTargets,
  ...journalTargets,
  ...certificateTargets,
  ...revocationTargets,
  ...messageTargets,
  ...proxyTargets,
]
