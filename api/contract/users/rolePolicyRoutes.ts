import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema } from '../fields.ts';
import { newPersonPolicySchema, personPolicySchema } from './personPolicies.ts';
import {
  newRolePolicySchema,
  roleParamsSchema,
  rolePolicyListSchema,
  rolePolicySchema,
} from './rolePolicies.ts';

/** What the people of each role may have of the pool. */
export const rolePolicyRoutes = {
  adminListRolePolicies: adminRoute('role-policies', {
    method: 'get',
    summary: 'List what people of each role may have of the GPU servers',
    success: { status: 200, description: 'What is in force, for every role', body: rolePolicyListSchema },
  }),
  adminPutRolePolicy: adminRoute('role-policies/{role}', {
    method: 'put',
    summary: 'Set what people of a role may have of the GPU servers',
    description:
      'In force everywhere within two seconds. A limit that is lowered ends no task: who has more gets no further one until there are fewer. Send the version that you read: if somebody changed it meanwhile, nothing is changed.',
    params: roleParamsSchema,
    body: newRolePolicySchema,
    success: { status: 200, description: 'What is in force now', body: rolePolicySchema },
    problems: ['changed-meanwhile'],
    needsPresence: true,
  }),
  adminGetUserPolicy: adminRoute('users/{id}/policy', {
    method: 'get',
    summary: 'Read what a person may have otherwise than their role',
    params: idParamsSchema,
    success: {
      status: 200,
      description: 'The exceptions; null where the role holds',
      body: personPolicySchema,
    },
    problems: ['not-found'],
  }),
  adminPutUserPolicy: adminRoute('users/{id}/policy', {
    method: 'put',
    summary: 'Set what a person may have otherwise than their role',
    description:
      'In force everywhere within two seconds. A limit that is lowered ends no task. Send the version that you read: if somebody changed it meanwhile, nothing is changed.',
    params: idParamsSchema,
    body: newPersonPolicySchema,
    success: { status: 200, description: 'What is in force now', body: personPolicySchema },
    problems: ['changed-meanwhile', 'not-found'],
    needsPresence: true,
  }),
};
