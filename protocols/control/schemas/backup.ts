/** A backup on its way to whoever asked for it. */
import { type Static, Type } from 'typebox'
import { type BackupManifest, MANIFEST } from '../../backup/index.ts'
import { PassphraseSchema } from './certificates.ts'
import { Closed } from './closed.ts'
import { StreamEndSchema } from './events.ts'

export type { BackupManifest }

export const BackupRequestSchema = Closed({ passphrase: PassphraseSchema })

/** Some bytes of the file, in base64, in their order. */
const PartSchema = Closed({ type: Type.Literal('part'), data: Type.String() })

/** The last line of one that is whole. */
const WholeSchema = Closed({
  type: Type.Literal('whole'),
  bytes: Type.Integer({ minimum: 0 }),
  manifest: Closed(MANIFEST),
})

export const BackupLineSchema = Type.Union([PartSchema, WholeSchema, StreamEndSchema])

export type BackupPart = Static<typeof PartSchema> | Static<typeof WholeSchema>
