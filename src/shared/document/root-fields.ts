import { z } from 'zod';

/** Fields of a document about the image's root file system, beside its packages. */

/** An absolute path without empty parts, `.` and `..`; a slash at the end is allowed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no file system takes a NUL in a name.
const IMAGE_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\u0000]+)+\/?$/;
const imagePath = z
  .string()
  .regex(IMAGE_PATH, 'an absolute path in the image such as /srv/app, without . and ..')
  .max(4_000);

const mode = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'octal digits in quotes such as "0755" or "4755"')
  .describe('Permissions as octal digits.');
const owner = z
  .string()
  .regex(/^[^:\s]+(?::[^:\s]+)?$/, 'USER, USER:GROUP or UID:GID')
  .describe('USER, USER:GROUP or UID:GID; names are those of the accounts in the image.');

/** The largest is kept for "no such user" (chown(2)). */
const MAX_ID = 4_294_967_294;
const id = z.int().min(0).max(MAX_ID);
const accountName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'a name of letters, digits, _, . and -');
const accountPath = z.string().regex(/^\/[^:\n\u007f]*$/, 'an absolute path without colons');

// biome-ignore lint/suspicious/noControlCharactersInRegex: no file system takes a NUL in a name.
const withoutNul = z.string().regex(/^[^\u0000]+$/, 'a text without NUL that is not empty');
const MOST_TEXT = 1_000_000;

const fileSchema = z
  .strictObject({
    from: withoutNul
      .optional()
      .describe(
        'A file or directory of this machine, relative to the document; of a directory what is in it.',
      ),
    text: z.string().max(MOST_TEXT).optional().describe('The contents of a file.'),
    link: withoutNul.max(4_000).optional().describe('Where a symbolic link leads.'),
    to: imagePath
      .or(z.literal('/'))
      .describe('The path in the image. With a slash at its end, a file of `from` goes into that directory.'),
    mode: mode
      .optional()
      .describe('Of files; 0644 or 0755, by whether they are executable. Directories get x beside r.'),
    owner: owner.optional(),
    exclude: z
      .array(withoutNul)
      .optional()
      .describe('Patterns of `.dockerignore`, relative to `from`, for what is left out.'),
    replace: z
      .boolean()
      .optional()
      .describe('Whether what else is there gives way. Default: false, an error.'),
  })
  .superRefine((file, context) => {
    const sources = (['text', 'link', 'from'] as const).filter((field) => file[field] !== undefined);
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (sources.length !== 1) refuse('one of from, text and link is wanted');
    if (file.exclude !== undefined && file.from === undefined) refuse('exclude goes with from');
    if (file.mode !== undefined && file.link !== undefined) refuse('a link has no mode');
  });
export type FileField = z.infer<typeof fileSchema>;

export const filesSchema = z.array(fileSchema).describe('Files of this machine, texts and links.');

export const directoriesSchema = z
  .array(z.strictObject({ path: imagePath, mode: mode.optional(), owner: owner.optional() }))
  .describe('Directories that are made, or get another mode or owner.');
export type DirectoryField = z.infer<typeof directoriesSchema>[number];

/** What buildEnv of nixpkgs calls so. */
export const pathsToLinkSchema = z
  .array(imagePath.or(z.literal('/')))
  .min(1)
  .describe(
    'Only what packages have at these paths is in the root, such as /bin; all of it where this is left out.',
  );

export const prioritiesSchema = z
  .record(z.string().min(1), z.int())
  .describe(
    'Priorities of packages, by their names in `packages`: where files clash, the lowest wins. Default: meta.priority, else 5.',
  );

export const permissionsSchema = z
  .array(
    z.strictObject({
      path: imagePath,
      mode: mode.optional(),
      owner: owner.optional(),
      recursive: z.boolean().optional().describe('Whether it is for all that is in a directory too.'),
      capabilities: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .describe('Of a file, as setcap takes them: cap_net_bind_service=+ep.'),
    }),
  )
  .describe('Modes, owners and capabilities of what is in the image.');
export type PermissionField = z.infer<typeof permissionsSchema>[number];

export const accountsSchema = z
  .strictObject({
    users: z
      .array(
        z.strictObject({
          name: accountName,
          uid: id.optional().describe('The next that is free from 1000 on; 65532 for nonroot.'),
          gid: id
            .optional()
            .describe('Of the group with the name of the user where there is one, else as the uid.'),
          groups: z.array(accountName).optional().describe('Further groups that the user is in.'),
          home: accountPath.optional().describe('Made, and owned by the user. /home/NAME.'),
          shell: accountPath.optional().describe('/bin/sh.'),
        }),
      )
      .default([]),
    groups: z.array(z.strictObject({ name: accountName, gid: id })).optional(),
  })
  .describe('Users and groups beside those that packages bring.');
export type AccountsField = z.infer<typeof accountsSchema>;
