/** Nodes that are shut out at once, by a signed word that needs no majority. See docs/design/revocation.md. */
export {
  IDS_MAX,
  RECORDS_PER_MESSAGE_MAX,
  type RevocationsAnswer,
  type RevocationsRequest,
  revocationsAnswerCodec,
  revocationsRequestCodec,
} from './messages.ts'
export {
  REASON_LENGTH_MAX,
  REVOCATION_TEXT,
  revocationCodec,
  type SignedRevocation,
  type Statement,
  StatementSchema,
  statementCodec,
} from './record.ts'
export {
  judge,
  type KnownOfLog,
  merge,
  RECORDS_PER_SIGNER_MAX,
  type Revocation,
  type RevocationSet,
  type Signer,
  withoutOver,
} from './revocation-set.ts'
