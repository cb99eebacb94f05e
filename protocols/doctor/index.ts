/** What two members say to each other to find out what is wrong between them. See docs/design/doctor.md. */
export {
  DISCOVERY_WAYS,
  type DiscoveryWay,
  type DoctorQuestion,
  doctorQuestionCodec,
  type EchoAnswer,
  echoAnswerCodec,
  type LinkFacts,
  LOAD_BYTES,
  linkFactsCodec,
  type Opening,
  type OpeningProblem,
  PROBLEM_LENGTH_MAX,
} from './messages.ts'
