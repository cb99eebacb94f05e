/** What a task sees of disks beside its image. */
import { type Static, Type } from 'typebox'
import { TextSchema } from './texts.ts'

export const MOUNTS_MAX = 64

/** An engine's own notation separates the two ends by a colon. */
const MountPathSchema = Type.String({ maxLength: 4096, pattern: '^/[^\\u0000\\n:]*$' })

const Common = {
  /** In the container. */
  target: MountPathSchema,
  readOnly: Type.Optional(Type.Literal(true)),
}

export const MountSchema = Type.Union([
  Type.Object(
    {
      type: Type.Literal('volume'),
      ...Common,
      /** Null: one of the task's own, which goes with it. */
      source: Type.Union([Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$' }), Type.Null()]),
      /** It is there already, under this very name; else the name is the project's own. */
      external: Type.Optional(Type.Literal(true)),
      /** What the image has at `target` is not copied into it while it is empty. */
      noCopy: Type.Optional(Type.Literal(true)),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('bind'),
      ...Common,
      /** On the node. */
      source: MountPathSchema,
      propagation: Type.Optional(
        Type.Union([
          Type.Literal('shared'),
          Type.Literal('slave'),
          Type.Literal('private'),
          Type.Literal('rshared'),
          Type.Literal('rslave'),
          Type.Literal('rprivate'),
        ]),
      ),
      /** The label that SELinux has it have: shared by containers, or of this one alone. */
      selinux: Type.Optional(Type.Union([Type.Literal('z'), Type.Literal('Z')])),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('tmpfs'),
      ...Common,
      /** As `mount` takes them: `size=64m,mode=755`. */
      options: Type.Optional(TextSchema(256)),
    },
    { additionalProperties: false },
  ),
])

export type Mount = Static<typeof MountSchema>

/** The project's own volumes of a service, by their names within the project: where they are, the task must be. */
export const namedVolumes = ({ mounts }: { readonly mounts?: readonly Mount[] | undefined }): string[] => [
  ...new Set(
    (mounts ?? []).flatMap((mount) =>
      mount.type === 'volume' && mount.source !== null && mount.external === undefined ? [mount.source] : [],
    ),
  ),
]
