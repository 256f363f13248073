import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { modelListSchema } from './models.ts';
import { styleListSchema } from './styles.ts';
import { workflowListSchema } from './workflows.ts';

const v1 = '/api/v1';

/** The workflows and models on offer. */
export const catalogueRoutes = {
  listWorkflows: route({
    method: 'get',
    path: `${v1}/workflows`,
    auth: 'user',
    tag: 'catalogue',
    summary: 'List the workflows and their parameters',
    query: pageQuerySchema,
    success: { status: 200, description: 'Workflows by name', body: workflowListSchema },
    forDelegates: true,
  }),
  listModels: route({
    method: 'get',
    path: `${v1}/models`,
    auth: 'user',
    tag: 'catalogue',
    summary: 'List the model files the pool can load',
    query: pageQuerySchema,
    success: { status: 200, description: 'Models by folder and name', body: modelListSchema },
    forDelegates: true,
  }),
  listStyles: route({
    method: 'get',
    path: `${v1}/styles`,
    auth: 'user',
    tag: 'catalogue',
    summary: 'List the looks that go with a prompt',
    success: { status: 200, description: 'Styles, the most usual first', body: styleListSchema },
    forDelegates: true,
  }),
};
