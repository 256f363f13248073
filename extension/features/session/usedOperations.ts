import type { ApiClient } from '@star-graph/client/client';

/** What the extension asks of the API. The build leaves the others out of the client's table. */
export const usedOperations = [
  'register',
  'login',
  'logout',
  'link',
  'getBalance',
  'claimDaily',
  'listTransfers',
  'listTasks',
  'getTask',
  'cancelTask',
  'translateTask',
  'generate',
  'quote',
  'listAssets',
  'getAsset',
  'uploadAsset',
  'deleteAssets',
  'restoreAssets',
  'listWorkflows',
  'listModels',
  'listStyles',
] as const satisfies readonly (keyof ApiClient)[];

export type Client = Pick<ApiClient, (typeof usedOperations)[number] | 'deps'>;
