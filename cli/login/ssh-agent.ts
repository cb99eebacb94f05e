/** Asks ssh-agent for its keys and for signatures (draft-ietf-sshm-ssh-agent). */
import { createConnection } from 'node:net'
import { parseSshKey, readSsh, type SshReader, sshString } from '../../protocols/control/signatures.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'

const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14

/** An agent holds some keys of some hundred bytes. */
const ANSWER_BYTES_MAX = 256 * 1024
/** A person may have to touch something. */
const ANSWER_MS_MAX = 60_000
const IDENTITIES_MAX = 1_000

export interface SshAgent {
  /** Public keys, those of Ed25519 alone, as OpenSSH writes them. */
  keys(): Promise<readonly Uint8Array[]>
  /** The raw signature. */
  sign(blob: Uint8Array, message: Uint8Array): Promise<Uint8Array>
}

const unusable = (detail: string) => new CoterieError('keyUnusable', { source: 'in ssh-agent', detail })

const isEd25519 = (blob: Uint8Array): boolean => {
  try {
    parseSshKey(blob)
    return true
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return false
    throw error
  }
}

/** One question on a connection of its own. */
const ask = (path: string, type: number, payload: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ path })
    let answer = Buffer.alloc(0)
    const fail = (detail: string) => {
      socket.destroy()
      reject(unusable(detail))
    }
    socket.setTimeout(ANSWER_MS_MAX, () => fail('the agent does not answer'))
    socket.once('error', (error) => fail(error.message))
    socket.once('end', () => fail('the agent hung up'))
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length > ANSWER_BYTES_MAX) return fail('the agent answers too much')
      if (answer.length < 4 || answer.length < 4 + answer.readUInt32BE()) return
      socket.destroy()
      resolve(answer.subarray(4, 4 + answer.readUInt32BE()))
    })
    socket.write(sshString(Buffer.concat([Buffer.from([type]), payload])))
  })

/** The payload of an answer of that type. */
const payloadOf = (answer: Buffer, type: number): SshReader => {
  if (answer[0] !== type) throw unusable('the agent refused')
  return readSsh(answer.subarray(1), unusable)
}

/** `path`: what SSH_AUTH_SOCK says. @throws `keyUnusable`, as every call does */
export const createSshAgent = (path: string | undefined): SshAgent => {
  if (path === undefined || path === '') throw unusable('SSH_AUTH_SOCK is not set: start one with ssh-agent')
  return {
    keys: async () => {
      const answer = payloadOf(await ask(path, REQUEST_IDENTITIES, Buffer.alloc(0)), IDENTITIES_ANSWER)
      const count = Math.min(answer.number(), IDENTITIES_MAX)
      const blobs: Uint8Array[] = []
      for (let at = 0; at < count; at++) {
        blobs.push(answer.bytes())
        answer.bytes()
      }
      return blobs.filter(isEd25519)
    },
    sign: async (blob, message) => {
      const flags = Buffer.alloc(4)
      const request = Buffer.concat([sshString(blob), sshString(message), flags])
      const answer = payloadOf(await ask(path, SIGN_REQUEST, request), SIGN_RESPONSE)
      const signature = readSsh(answer.bytes(), unusable)
      signature.text()
      return signature.bytes()
    },
  }
}
