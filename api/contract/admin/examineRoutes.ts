import { idParamsSchema } from '../fields.ts';
import { adminRoute } from './adminRoute.ts';
import { examinationSchema, examineRequestSchema } from './backends.ts';

/** What a GPU server can run and what it lacks, before and after it is in the pool. */
export const examineRoutes = {
  adminExamineServer: adminRoute('backends/examine', {
    method: 'post',
    summary: 'Look at a ComfyUI server that is not in the pool',
    description:
      'From the machine of the API. It runs nothing there and adds nothing. A server that cannot be used is an answer too: its `fault` says why.',
    body: examineRequestSchema,
    success: { status: 200, description: 'What was found', body: examinationSchema },
    keyScope: 'admin:pool',
  }),
  adminExamineBackend: adminRoute('backends/{id}/examine', {
    method: 'post',
    summary: 'Look at a GPU server of the pool',
    description:
      'From the machine of the API, with the credentials that are set for it. It runs nothing there.',
    params: idParamsSchema,
    success: { status: 200, description: 'What was found', body: examinationSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
};
