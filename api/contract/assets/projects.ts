import { z } from 'zod';
import { idParamsSchema, idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';

const v1 = '/api/v1';

const nameFault = { error: 'Give a name of 1 to 100 characters.' };
const nameSchema = z.string(nameFault).trim().min(1, nameFault).max(100, nameFault);

/** A place on the plane, which has no end that anybody meets. */
const placeSchema = z.int().min(-1_000_000).max(1_000_000);

const frameSchema = z.strictObject({
  x: placeSchema,
  y: placeSchema,
  width: z.int().min(16).max(8_192),
  height: z.int().min(16).max(8_192),
});

const blends = [
  ...(['multiply', 'screen', 'overlay', 'darken', 'lighten'] as const),
  ...(['hard-light', 'soft-light', 'difference'] as const),
] as const;
const blendSchema = z.enum(blends);
const partIdSchema = z.string().min(1).max(40);
const inGroupSchema = partIdSchema.optional().meta({ description: 'Which group it is in' });

const layerSchema = z.strictObject({
  id: partIdSchema,
  kind: z.enum(['paint', 'mask', 'control', 'reference']),
  name: z.string().max(100),
  opacity: z.number().min(0).max(1),
  isHidden: z.boolean(),
  isLocked: z.boolean(),
  x: placeSchema,
  y: placeSchema,
  scale: z.number().min(0.01).max(32),
  turn: z.number().min(-180).max(180).optional().meta({ description: 'Degrees, clockwise' }),
  blend: blendSchema.optional(),
  group: inGroupSchema,
  control: z
    .strictObject({
      follow: z.enum(['canny', 'openpose', 'depth']),
      reference: z.enum(['map', 'photo']),
      strength: z.number().min(0).max(2),
      start: z.number().min(0).max(1).optional(),
      end: z.number().min(0).max(1).optional(),
    })
    .optional()
    .meta({ description: 'What models follow of a control layer' }),
  text: z
    .strictObject({
      words: z.string().max(2_000),
      size: z.number().min(4).max(1_000),
      colour: z.string().regex(/^#[0-9a-f]{6}$/),
      font: z.enum(['sans-serif', 'serif', 'monospace', 'cursive']),
      isBold: z.boolean(),
    })
    .optional()
    .meta({ description: 'What its squares were drawn from' }),
  tiles: z.string().max(60_000).meta({
    description:
      'Where its squares of 256 pixels are: column, row, file (its place in files) and place in that file, joined by commas and semicolons',
  }),
});

const groupSchema = z.strictObject({
  id: partIdSchema,
  name: z.string().max(100),
  opacity: z.number().min(0).max(1),
  isHidden: z.boolean(),
  isLocked: z.boolean(),
  isFolded: z.boolean().optional().meta({ description: 'Its layers are not listed' }),
  blend: z
    .enum(['normal', ...blends])
    .optional()
    .meta({ description: 'Absent: its layers are laid over what lies below as if they were in no group' }),
  group: inGroupSchema,
});

const guidesSchema = z.array(placeSchema).max(40, { error: 'A project has 40 guides each way at most.' });
const rulersSchema = z.strictObject({
  isHidden: z.boolean().optional(),
  isFree: z.boolean().optional().meta({ description: 'What is moved keeps to no line' }),
  guides: z
    .strictObject({ x: guidesSchema, y: guidesSchema })
    .meta({ description: 'Upright ones by their x, lying ones by their y' }),
});

const documentFields = z.strictObject({
  frame: frameSchema,
  rulers: rulersSchema.optional(),
  prompt: z.string().max(10_000),
  layers: z.array(layerSchema).max(40, { error: 'A project has 40 layers at most.' }),
  groups: z
    .array(groupSchema)
    .max(40, { error: 'A project has 40 groups at most.' })
    .optional()
    .meta({ description: 'A group within another comes after it' }),
  candidates: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(64),
        frame: frameSchema,
        dropped: z
          .array(idSchema)
          .max(64)
          .optional()
          .meta({ description: 'Results of it that were discarded' }),
      }),
    )
    .max(40)
    .meta({
      description: 'What was asked for and not yet accepted: the clientRef of its task, and where it belongs',
    }),
  files: z.array(idSchema).max(1_000).meta({ description: 'Uploads that hold the squares' }),
});
const projectDocumentSchema = documentFields
  .refine(
    ({ layers, groups = [] }) => {
      const known = new Set<string>();
      const isKnown = (id: string | undefined) => id === undefined || known.has(id);
      return (
        groups.every(({ id, group }) => isKnown(group) && known.size < known.add(id).size) &&
        layers.every(({ group }) => isKnown(group))
      );
    },
    {
      path: ['groups'],
      error: 'List each group once, after the one that it is in, and each that a layer names.',
    },
  )
  .meta({ id: 'ProjectDocument' });
export type ProjectDocumentView = z.output<typeof projectDocumentSchema>;

const { control, text } = layerSchema.shape;
/** As a release stored it, which may be newer than the one that reads: what is unknown here stays in it. */
const storedDocumentSchema = documentFields
  .extend({
    layers: z.array(
      layerSchema
        .extend({ control: control.unwrap().loose().optional(), text: text.unwrap().loose().optional() })
        .loose(),
    ),
    groups: z.array(groupSchema.loose()).optional(),
    rulers: rulersSchema.loose().optional(),
  })
  .loose()
  .meta({ id: 'StoredProjectDocument' });

const newProjectSchema = z
  .strictObject({
    id: idSchema
      .optional()
      .meta({ description: 'A UUIDv7 of your own, so that a repeat makes no second one' }),
    name: nameSchema,
  })
  .meta({ id: 'NewProject' });

const projectFields = {
  id: idSchema,
  name: z.string(),
  version: z.int().meta({ description: 'Raised by each save; 0 before the first' }),
  createdAt: timeSchema,
  savedAt: timeSchema,
  isShared: z
    .boolean()
    .meta({ description: 'Somebody has joined it, or may by a link: it is drawn in turns' }),
};
const roleSchema = z.enum(['see', 'edit'], { error: 'Choose see or edit.' });
const personSchema = z.object({
  id: idSchema,
  name: z.string().nullable().meta({ description: 'null for somebody who is known by Discord alone' }),
});
const projectSchema = z.object(projectFields).meta({ id: 'Project' });
export type ProjectView = z.output<typeof projectSchema>;

const openedProjectSchema = z
  .object({
    ...projectFields,
    role: z.enum(['own', ...roleSchema.options]).meta({ description: 'What you may do with it' }),
    document: storedDocumentSchema.optional().meta({ description: 'Absent before the first save' }),
    files: z
      .array(z.object({ id: idSchema, url: z.string() }))
      .meta({ description: 'Of the document, as far as they are neither deleted nor withheld' }),
  })
  .meta({ id: 'OpenedProject' });
export type OpenedProjectView = z.output<typeof openedProjectSchema>;

const savedProjectSchema = z
  .strictObject({
    version: z.int().min(0).meta({ description: 'As it was read' }),
    name: nameSchema,
    turn: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The number of your turn; a project that is shared asks for it' }),
    document: projectDocumentSchema,
    keepsLast: z
      .boolean()
      .default(false)
      .meta({ description: 'The version before stays when versions are thinned out' }),
  })
  .meta({ id: 'SavedProject' });

const versionQuerySchema = z.strictObject({
  version: z.coerce
    .number({ error: 'Give the number of a version.' })
    .int({ error: 'Give the number of a version.' })
    .min(1, { error: 'Give the number of a version.' })
    .optional(),
});

const versionsSchema = z.object({
  items: z.array(z.object({ version: z.int(), savedAt: timeSchema, isKept: z.boolean() })),
});

const joinedProjectSchema = z
  .object({ ...projectFields, role: roleSchema, owner: personSchema })
  .meta({ id: 'JoinedProject' });
export type JoinedProjectView = z.output<typeof joinedProjectSchema>;

const hoursFault = { error: 'Choose a whole number of hours from 1 to 168.' };
const newProjectLinkSchema = z
  .strictObject({
    role: roleSchema,
    hours: z.int(hoursFault).min(1, hoursFault).max(168, hoursFault).default(24),
  })
  .meta({ id: 'NewProjectLink' });
const projectLinkSchema = z
  .object({
    role: roleSchema,
    expiresAt: timeSchema,
    token: z.string().meta({ description: 'Of POST /api/v1/project-joins; it is never shown again' }),
  })
  .meta({ id: 'ProjectLink' });

const sharingSchema = z
  .object({
    members: z.array(personSchema.extend({ role: roleSchema, joinedAt: timeSchema })),
    link: projectLinkSchema.omit({ token: true }).optional().meta({ description: 'While it works' }),
  })
  .meta({ id: 'ProjectSharing' });
export type SharingView = z.output<typeof sharingSchema>;

const visitSchema = z
  .strictObject({
    wish: z
      .enum(['take', 'keep', 'give'], { error: 'Choose take, keep or give.' })
      .optional()
      .meta({ description: 'take: to draw from now on; keep: you draw still; give: you have done' }),
    turn: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'The number of the turn that is kept or given back' }),
  })
  .meta({ id: 'ProjectVisit' });
const meetingSchema = z
  .object({
    ...projectFields,
    role: openedProjectSchema.shape.role,
    drawing: personSchema.optional().meta({ description: 'Whose turn it is; absent: it is free' }),
    turn: z.int().meta({ description: 'Its number, raised by each' }),
    here: z.array(personSchema).meta({ description: 'Who has it open, you among them' }),
  })
  .meta({ id: 'ProjectMeeting' });
export type MeetingView = z.output<typeof meetingSchema>;

const memberParamsSchema = z.strictObject({ id: idSchema, member: idSchema });

/** Others in a project: whoever opens its link in a session joins, and members draw one after the other. */
export const projectSharingRoutes = {
  getProjectSharing: route({
    method: 'get',
    path: `${v1}/projects/{id}/sharing`,
    auth: 'user',
    tag: 'assets',
    summary: 'Read who has joined a project of yours, and whether a link to it works',
    params: idParamsSchema,
    success: { status: 200, description: 'Who has joined', body: sharingSchema },
    problems: ['not-found'],
  }),
  makeProjectLink: route({
    method: 'put',
    path: `${v1}/projects/{id}/link`,
    auth: 'user',
    needsSession: true,
    tag: 'assets',
    summary: 'Make the link by which people join a project of yours; one that it had ends',
    description: 'Ten may join. What they draw takes up your space; whoever makes something pays for it.',
    params: idParamsSchema,
    body: newProjectLinkSchema,
    success: { status: 200, description: 'The link', body: projectLinkSchema },
    problems: ['not-found'],
  }),
  endProjectLink: route({
    method: 'delete',
    path: `${v1}/projects/{id}/link`,
    auth: 'user',
    tag: 'assets',
    summary: 'End the link to a project; who has joined stays',
    params: idParamsSchema,
    success: { status: 204, description: 'Ended' },
    problems: ['not-found'],
  }),
  joinProject: route({
    method: 'post',
    path: `${v1}/project-joins`,
    auth: 'user',
    needsSession: true,
    tag: 'assets',
    summary: 'Join a project by its link',
    description: 'Who is in it sees your name. You may have joined 40.',
    body: z.strictObject({ token: z.string().min(1).max(64) }).meta({ id: 'ProjectJoin' }),
    success: { status: 201, description: 'The project', body: z.object({ id: idSchema }) },
    unchanged: 'You are in it already',
    problems: ['not-found', 'quota-exceeded'],
  }),
  listJoinedProjects: route({
    method: 'get',
    path: `${v1}/joined-projects`,
    auth: 'user',
    tag: 'assets',
    summary: 'List the projects of others that you have joined',
    success: {
      status: 200,
      description: 'Newest first',
      body: z.object({ items: z.array(joinedProjectSchema) }),
    },
  }),
  changeProjectMember: route({
    method: 'put',
    path: `${v1}/projects/{id}/members/{member}`,
    auth: 'user',
    needsSession: true,
    tag: 'assets',
    summary: 'Change what somebody may do in a project of yours',
    params: memberParamsSchema,
    body: z.strictObject({ role: roleSchema }).meta({ id: 'ProjectMemberChange' }),
    success: { status: 204, description: 'Changed' },
    problems: ['not-found'],
  }),
  removeProjectMember: route({
    method: 'delete',
    path: `${v1}/projects/{id}/members/{member}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Take somebody out of a project of yours, or leave one',
    params: memberParamsSchema,
    success: { status: 204, description: 'Out of it' },
    problems: ['not-found'],
  }),
  visitProject: route({
    method: 'post',
    path: `${v1}/projects/{id}/visits`,
    auth: 'user',
    tag: 'assets',
    summary: 'Say that you have a project open, and learn who else has and whose turn it is',
    description:
      'In a project that is shared, one draws at a time. A turn is taken when it is free, or when whoever has it was silent for 30 seconds.',
    params: idParamsSchema,
    body: visitSchema,
    success: { status: 200, description: 'Who is here', body: meetingSchema },
    problems: ['not-found'],
  }),
};

/** What a person makes on the canvas. */
export const projectRoutes = {
  createProject: route({
    method: 'post',
    path: `${v1}/projects`,
    auth: 'user',
    tag: 'assets',
    summary: 'Make a project for the canvas',
    description: 'You may have 40.',
    body: newProjectSchema,
    success: { status: 201, description: 'The project', body: projectSchema },
    unchanged: 'You have one with this id: this is it',
    problems: ['quota-exceeded', 'not-found'],
  }),
  listProjects: route({
    method: 'get',
    path: `${v1}/projects`,
    auth: 'user',
    tag: 'assets',
    summary: 'List your projects',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: pageOf(projectSchema) },
  }),
  openProject: route({
    method: 'get',
    path: `${v1}/projects/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Read a project, as it is or as it was at a version',
    params: idParamsSchema,
    query: versionQuerySchema,
    success: { status: 200, description: 'The project', body: openedProjectSchema },
    problems: ['not-found'],
  }),
  saveProject: route({
    method: 'put',
    path: `${v1}/projects/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Save the next version of a project',
    description:
      'Squares of layers are sent before, as uploads for the purpose of a mask; files names them, and they stay as long as a version names them. Up to 20 versions are kept, ten minutes apart, and 256 MB in all. A repeat changes nothing.',
    params: idParamsSchema,
    body: savedProjectSchema,
    success: { status: 200, description: 'The project', body: projectSchema },
    problems: ['not-found', 'changed-meanwhile', 'quota-exceeded', 'daily-limit'],
  }),
  deleteProject: route({
    method: 'delete',
    path: `${v1}/projects/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Delete a project with its versions; the pictures in your gallery stay',
    params: idParamsSchema,
    success: { status: 204, description: 'Deleted' },
    problems: ['not-found'],
  }),
  listProjectVersions: route({
    method: 'get',
    path: `${v1}/projects/{id}/versions`,
    auth: 'user',
    tag: 'assets',
    summary: 'List the versions of a project that are kept',
    params: idParamsSchema,
    success: { status: 200, description: 'Newest first', body: versionsSchema },
    problems: ['not-found'],
  }),
};
