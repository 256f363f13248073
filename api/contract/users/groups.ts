import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema, idSchema } from '../fields.ts';
import { route } from '../route.ts';

const nameFault = { error: 'Give a name of 1 to 60 characters.' };
export const groupNameSchema = z.string(nameFault).trim().min(1, nameFault).max(60, nameFault);

/** People whom administrators put together. */
export const namedGroupSchema = z.object({ id: idSchema, name: z.string() });
export type NamedGroupView = z.output<typeof namedGroupSchema>;

const mostFault = { error: 'A person is in 20 groups at most.' };
const groupsSchema = z.array(groupNameSchema).max(20, mostFault);

const groupsOfSchema = z
  .object({ groups: z.array(z.string()).meta({ description: 'Their names, in order' }) })
  .meta({ id: 'GroupsOfPerson' });

/** Groups of people, which collections are shared with. */
export const groupRoutes = {
  listGroups: route({
    method: 'get',
    path: '/api/v1/groups',
    auth: 'user',
    tag: 'sharing',
    summary: 'List the groups that you are in',
    description: 'Administrators put people into them. You may share a collection with each.',
    success: {
      status: 200,
      description: 'By name',
      body: z.object({ groups: z.array(namedGroupSchema) }).meta({ id: 'OwnGroups' }),
    },
  }),
  adminListGroups: adminRoute('groups', {
    method: 'get',
    summary: 'List the groups of people',
    success: {
      status: 200,
      description: 'By name; 200 at most',
      body: z
        .object({ items: z.array(namedGroupSchema.extend({ people: z.int() })) })
        .meta({ id: 'PeopleGroups' }),
    },
  }),
  adminGetUserGroups: adminRoute('users/{id}/groups', {
    method: 'get',
    summary: 'Read which groups a person is in',
    params: idParamsSchema,
    success: { status: 200, description: 'Their groups', body: groupsOfSchema },
    problems: ['not-found'],
  }),
  adminPutUserGroups: adminRoute('users/{id}/groups', {
    method: 'put',
    summary: 'Set which groups a person is in',
    description:
      'In force at once: the person sees what is shared with these groups, and nothing more of what was shared with others. A group is made by the first person in it and goes with the last.',
    params: idParamsSchema,
    body: z
      .strictObject({ groups: groupsSchema, was: groupsSchema.meta({ description: 'As they were read' }) })
      .meta({ id: 'NewGroupsOfPerson' }),
    success: { status: 200, description: 'Their groups now', body: groupsOfSchema },
    problems: ['not-found', 'changed-meanwhile', 'quota-exceeded'],
    needsPresence: true,
  }),
};
