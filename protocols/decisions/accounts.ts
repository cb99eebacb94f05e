/** Who may use the mesh, and by what it is known. See docs/design/users.md. */
import { type Static, Type } from 'typebox'
import { equals } from 'uint8arrays'
import { BytesSchema, NameSchema } from '../wire/index.ts'
import { ACCEPTED, IndexSchema, type Outcome, refuse } from './names.ts'

/** Accounts: as many as one person looks after, and a snapshot with all of them and their keys stays below some MiB. */
export const ACCOUNTS_MAX = 1_000
/** Keys of one account: one of each machine that a person works on. */
export const ACCOUNT_KEYS_MAX = 16
/** Organisations of one account. */
const GRANTS_MAX = 16
/** The organisation of all projects. */
export const HOME_ORGANISATION = 'home'

/** Drawn by whoever adds it, hex of 16 bytes: a removed account and a new one of the same name are two. */
export const AccountIdSchema = Type.String({ pattern: '^[0-9a-f]{32}$' })

/** Each may do what those before it may. */
export const UserRoleSchema = Type.Union([
  Type.Literal('viewer'),
  Type.Literal('operator'),
  Type.Literal('admin'),
])

const GrantSchema = Type.Object({ organisation: NameSchema, role: UserRoleSchema })

/** scrypt (RFC 7914); the bounds keep a login below 256 MiB and some seconds, whoever wrote this. */
export const PasswordSchema = Type.Object({
  logN: Type.Integer({ minimum: 14, maximum: 17 }),
  r: Type.Literal(8),
  p: Type.Integer({ minimum: 1, maximum: 4 }),
  salt: BytesSchema(16, 16),
  hash: BytesSchema(32, 32),
})

/** An Ed25519 public key, and what its owner calls it. */
export const AccountKeySchema = Type.Object({
  key: BytesSchema(32, 32),
  comment: Type.String({ maxLength: 100 }),
})

const KindSchema = Type.Union([Type.Literal('person'), Type.Literal('machine')])
const KeysSchema = Type.Array(AccountKeySchema, { maxItems: ACCOUNT_KEYS_MAX })
const GrantsSchema = Type.Array(GrantSchema, { minItems: 1, maxItems: GRANTS_MAX })
const NullablePasswordSchema = Type.Union([PasswordSchema, Type.Null()])

export const AccountAddedSchema = Type.Object({
  type: Type.Literal('accountAdded'),
  account: AccountIdSchema,
  name: NameSchema,
  kind: KindSchema,
  grants: GrantsSchema,
  password: NullablePasswordSchema,
  keys: KeysSchema,
  /** The token of the last entry that the proposer had applied: what is repeated after a removal is refused. */
  asOf: Type.Integer({ minimum: 0 }),
})

/** What is present changes. */
export const AccountChangedSchema = Type.Object({
  type: Type.Literal('accountChanged'),
  account: AccountIdSchema,
  grants: Type.Optional(GrantsSchema),
  password: Type.Optional(PasswordSchema),
  keyAdded: Type.Optional(AccountKeySchema),
  keyRemoved: Type.Optional(BytesSchema(32, 32)),
})

export const AccountRemovedSchema = Type.Object({
  type: Type.Literal('accountRemoved'),
  account: AccountIdSchema,
})

export const AccountSchema = Type.Object({
  account: AccountIdSchema,
  name: NameSchema,
  kind: KindSchema,
  grants: GrantsSchema,
  password: NullablePasswordSchema,
  keys: KeysSchema,
  /** Tokens of the entry that added it, and of the last that made what was known before count no more. */
  addedAt: IndexSchema,
  epoch: IndexSchema,
})

export const AccountsSchema = Type.Object({
  rows: Type.Array(AccountSchema, { maxItems: ACCOUNTS_MAX }),
  /** Token of the last removal. */
  removedAt: Type.Integer({ minimum: 0 }),
})

export type AccountId = Static<typeof AccountIdSchema>
export type UserRole = Static<typeof UserRoleSchema>
export type PasswordHash = Readonly<Static<typeof PasswordSchema>>
export type AccountKey = Readonly<Static<typeof AccountKeySchema>>
export type Account = Readonly<Static<typeof AccountSchema>>
export type RestoredAccounts = Static<typeof AccountsSchema>

export const NO_ACCOUNTS: RestoredAccounts = { rows: [], removedAt: 0 }

/** Why the role of an account stays: whoever has lost it cannot give it back. */
export const LAST_ADMIN = 'it is the last admin; make somebody else one first'

/** A person who may change the users: no machine may. */
export const isAdmin = ({ kind, grants }: Pick<Account, 'kind' | 'grants'>): boolean =>
  kind === 'person' &&
  grants.some(({ organisation, role }) => organisation === HOME_ORGANISATION && role === 'admin')

const isSamePassword = (a: PasswordHash | null, b: PasswordHash): boolean =>
  a !== null && equals(a.salt, b.salt) && equals(a.hash, b.hash)

const withoutKey = (keys: readonly AccountKey[], gone: Uint8Array): AccountKey[] =>
  keys.filter(({ key }) => !equals(key, gone))

/** Both tables by the fencing tokens of entries, which rise over generations of the log too. */
export const createAccounts = () => {
  const all = new Map<AccountId, Account>()
  let removedAt = 0

  const named = (name: string): Account | undefined => [...all.values()].find((row) => row.name === name)

  const isLastAdmin = (account: Account): boolean =>
    isAdmin(account) && [...all.values()].filter(isAdmin).length === 1

  return {
    all: all as ReadonlyMap<AccountId, Account>,
    removedAt: (): number => removedAt,
    add: ({ type: _, asOf, ...row }: Static<typeof AccountAddedSchema>, token: number): Outcome => {
      if (all.has(row.account)) return ACCEPTED
      if (asOf < removedAt) return refuse('an account was removed meanwhile; add it again')
      if (named(row.name) !== undefined) return refuse(`there is an account ${row.name} already`)
      if (all.size >= ACCOUNTS_MAX) return refuse(`there are ${ACCOUNTS_MAX} accounts, and no more may be`)
      all.set(row.account, { ...row, addedAt: token, epoch: token })
      return ACCEPTED
    },
    change: (decision: Static<typeof AccountChangedSchema>, token: number): Outcome => {
      const known = all.get(decision.account)
      if (known === undefined) return refuse('there is no such account')
      const { grants = known.grants, password = known.password, keyAdded, keyRemoved } = decision
      if (isLastAdmin(known) && !isAdmin({ ...known, grants })) return refuse(LAST_ADMIN)
      const kept = keyRemoved === undefined ? known.keys : withoutKey(known.keys, keyRemoved)
      const keys = keyAdded === undefined ? kept : [...withoutKey(kept, keyAdded.key), keyAdded]
      if (keys.length > ACCOUNT_KEYS_MAX)
        return refuse(`the account has ${ACCOUNT_KEYS_MAX} keys, and takes no more`)
      const isNewPassword = password !== null && !isSamePassword(known.password, password)
      const endsEarlier = isNewPassword || kept.length < known.keys.length
      const epoch = endsEarlier ? token : known.epoch
      all.set(known.account, { ...known, grants, password, keys, epoch })
      return ACCEPTED
    },
    remove: ({ account }: Static<typeof AccountRemovedSchema>, token: number): Outcome => {
      // What is gone is gone: the answer to the first asking may have been lost.
      if (all.delete(account)) removedAt = token
      return ACCEPTED
    },
    restore: (restored: RestoredAccounts): void => {
      all.clear()
      removedAt = restored.removedAt
      for (const row of restored.rows) all.set(row.account, row)
    },
  }
}
