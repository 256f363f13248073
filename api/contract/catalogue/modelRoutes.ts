import { adminRoute } from '../admin/adminRoute.ts';
import { pageQuerySchema } from '../pages.ts';
import {
  adminModelListSchema,
  adminModelSchema,
  modelParamsSchema,
  modelVersionQuerySchema,
  newModelEntrySchema,
} from './modelEntries.ts';

/** What operators say of models: names, licences, prices, and who may use them. */
export const modelRoutes = {
  adminListModels: adminRoute('models', {
    method: 'get',
    summary: 'List the model files of the GPU servers and the engines, with what is said of each',
    query: pageQuerySchema,
    success: {
      status: 200,
      description: 'Files by folder and name, then engines, then others with an entry',
      body: adminModelListSchema,
    },
    keyScope: 'admin:pool',
  }),
  adminGetModel: adminRoute('models/{id}', {
    method: 'get',
    summary: 'Read what is said of a model',
    params: modelParamsSchema,
    success: { status: 200, description: 'The model', body: adminModelSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminPutModel: adminRoute('models/{id}', {
    method: 'put',
    summary: 'Set the name, family, licence, price and use of a model',
    description:
      'In force everywhere within seconds; accepted tasks keep their price. The file may come later. A field that is null or left out is as MODELS_DIR says, else as the platform ships it. Send the version that you read: if somebody changed it meanwhile, nothing is changed.',
    params: modelParamsSchema,
    body: newModelEntrySchema,
    success: { status: 200, description: 'The model with what is in force now', body: adminModelSchema },
    problems: ['not-found', 'changed-meanwhile', 'unsupported-media'],
    keyScope: 'admin:pool',
  }),
  adminDeleteModel: adminRoute('models/{id}', {
    method: 'delete',
    summary: 'Take back what administrators set for a model',
    description: 'Afterwards it is as MODELS_DIR says, else as the platform ships it.',
    params: modelParamsSchema,
    query: modelVersionQuerySchema,
    success: { status: 204, description: 'Taken back' },
    problems: ['not-found', 'changed-meanwhile'],
    keyScope: 'admin:pool',
  }),
};
