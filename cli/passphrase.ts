import type { Cli } from './cli.ts'
import { readSecret, type SecretPlace } from './secret.ts'

/** What seals a key that leaves this machine. @throws `usageWrong` where there is none */
export const readPassphrase = (cli: Cli, place: Pick<SecretPlace, 'file' | 'twice'>): Promise<string> =>
  readSecret(cli, { what: 'passphrase', question: 'Passphrase: ', ...place })
