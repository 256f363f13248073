import { exportedGraph, manifestDocument } from '@star-graph/workflows/manifest/manifestSchema';
import { z } from 'zod';
import { workflowSchema } from '../catalogue/workflows.ts';
import {
  creditsSchema,
  idSchema,
  localizedTextSchema,
  printableFault,
  timeSchema,
  workflowNameSchema,
} from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';
import { pointedErrorSchema } from '../problems.ts';
import { taskSchema } from '../tasks/tasks.ts';
import { adminRoute } from './adminRoute.ts';

/** An operator's workflow as sent: the README of the workflows describes manifests. */
export const newWorkflowSchema = manifestDocument;

/** One version of an operator's workflow. */
export const workflowVersionSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    title: localizedTextSchema,
    active: z.boolean().meta({ description: 'Whether it is the version on offer; at most one of a name is' }),
    digest: z.string().meta({ description: 'SHA-256 of the manifest, hex' }),
    createdBy: idSchema.nullable().meta({ description: 'null: from the folder of the installation' }),
    createdAt: timeSchema,
  })
  .meta({ id: 'WorkflowVersion' });
export type WorkflowVersionView = z.output<typeof workflowVersionSchema>;
export const workflowVersionListSchema = pageOf(workflowVersionSchema);

/** With the manifest, for instance to write the next version from it. */
export const workflowManifestSchema = workflowVersionSchema
  .extend({
    manifest: z.record(z.string(), z.unknown()),
    form: workflowSchema.optional().meta({
      description: 'How it would be listed, whether or not it is on offer; absent with faults',
    }),
    faults: z.array(pointedErrorSchema).optional().meta({
      description: 'Why it is not offered though it is active: what this installation no longer takes',
    }),
  })
  .meta({ id: 'WorkflowManifest' });
export type WorkflowManifestView = z.output<typeof workflowManifestSchema>;

export const workflowVersionParamsSchema = z.strictObject({
  name: workflowNameSchema,
  version: z.coerce.number().int().min(1).max(1_000_000),
});
export const newWorkflowQuerySchema = z.strictObject({
  offer: z
    .enum(['yes', 'no'])
    .default('yes')
    .meta({ description: 'no: it is stored, to be tried, and what is on offer stays' }),
});
export const workflowVersionPatchSchema = z.strictObject({
  active: z.boolean().meta({ description: 'true offers it instead of the version that was active' }),
});

const exportedGraphSchema = z.strictObject({
  graph: exportedGraph.meta({
    description:
      'What ComfyUI saves with Workflow → Export (API) or Save, an official template or blueprint, or the body of a POST /prompt',
  }),
});
/** `multipart/form-data` with one file. */
const workflowFileSchema = z.object({
  file: z.string().meta({
    format: 'binary',
    description:
      'JSON of ComfyUI, or a PNG, WebP, JPEG or mp4 file with the workflow in it; sent once, under this name',
  }),
});
const proposedManifestSchema = z
  .object({
    manifest: z.record(z.string(), z.unknown()).meta({
      description: 'To be edited and sent as a new workflow; names, price and limits are guesses',
    }),
    leftOut: z.array(z.object({ node: z.string(), classType: z.string() })).meta({
      description:
        'Nodes that lead to no saver or are switched off: the graph of the manifest does without them',
    }),
    files: z
      .array(
        z.object({
          folder: z.string(),
          name: z.string(),
          found: z.string().nullable().meta({
            description:
              'The name under which a server has it, or its weights in another precision; null: none has',
          }),
        }),
      )
      .meta({ description: 'The model files that the graph loads' }),
    notes: z.array(z.string()).meta({ description: 'What an administrator should look at, a sentence each' }),
  })
  .meta({ id: 'ProposedManifest' });

/** A try of a version, on offer or not: a task of the administrator's own, which they pay. */
const workflowTrySchema = z.strictObject({
  params: z.record(z.string(), z.unknown()).meta({ description: 'As in a request to make something' }),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key makes one task' }),
});

/** What a workflow needs of the pool, server by server. */
const offeredWorkflowSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    shipped: z.boolean().meta({ description: 'It comes with the platform' }),
    title: localizedTextSchema,
    description: localizedTextSchema,
    leastCost: creditsSchema.meta({ description: 'Credits for the cheapest request' }),
    available: z.boolean(),
    waiting: z.boolean(),
    model: z.string().optional(),
    engineOf: z.string().optional(),
    servers: z.array(
      z.object({
        id: idSchema,
        name: z.string(),
        up: z.boolean().meta({ description: 'It answers now' }),
        runs: z.boolean().meta({ description: 'It has all that at least one choice needs' }),
        missing: z.array(z.string()).meta({ description: 'What it lacks, in words' }),
      }),
    ),
  })
  .meta({ id: 'OfferedWorkflow' });
export type OfferedWorkflowView = z.output<typeof offeredWorkflowSchema>;
const offeredWorkflowListSchema = pageOf(offeredWorkflowSchema);

/** The versions of operators, and what the servers can run of all that is on offer. */
export const workflowRoutes = {
  adminListOffered: adminRoute('workflows/offered', {
    method: 'get',
    summary: 'List what is on offer, shipped or added, with what each GPU server lacks for it',
    query: pageQuerySchema,
    success: { status: 200, description: 'Workflows, shipped ones first', body: offeredWorkflowListSchema },
    keyScope: 'admin:pool',
  }),
  adminTryWorkflow: adminRoute('workflows/{name}/{version}/try', {
    method: 'post',
    summary: 'Make a task with a version that need not be on offer',
    description: 'Yours, at its price. It is followed, shown and cancelled like each of your tasks.',
    params: workflowVersionParamsSchema,
    body: workflowTrySchema,
    success: { status: 202, description: 'The accepted task', body: taskSchema },
    problems: [
      'not-found',
      'forbidden',
      'insufficient-credits',
      'idempotency-conflict',
      'unsupported-media',
      'quota-exceeded',
      'daily-limit',
      'queue-full',
      'no-backend',
      'workflow-unavailable',
      'model-unusable',
    ],
    keyScope: 'admin:pool',
  }),
};

export const proposalRoutes = {
  adminProposeWorkflow: adminRoute('workflows/propose', {
    method: 'post',
    summary: 'Propose a manifest for a workflow as ComfyUI exports or saves it',
    body: exportedGraphSchema,
    takesGraph: true,
    success: { status: 200, description: 'The manifest; nothing was stored', body: proposedManifestSchema },
    keyScope: 'admin:pool',
  }),
  adminProposeFromFile: adminRoute('workflows/propose-from-file', {
    method: 'post',
    summary: 'Propose a manifest for a workflow in a file: JSON, or a picture or film that ComfyUI saved',
    body: workflowFileSchema,
    bodyType: 'multipart/form-data',
    success: { status: 200, description: 'The manifest; nothing was stored', body: proposedManifestSchema },
    keyScope: 'admin:pool',
  }),
};
