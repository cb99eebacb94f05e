/** What a client needs to log in by a key: what it signs, and how OpenSSH writes keys and signatures. */
export { parseChallenge } from '../credentials/login.ts'
export {
  encodeSshKey,
  encodeSshSignature,
  LOGIN_NAMESPACE,
  parseSshKey,
  sshSignedBytes,
} from '../credentials/ssh-signature.ts'
export { readSsh, type SshReader, sshString } from '../credentials/ssh-wire.ts'
