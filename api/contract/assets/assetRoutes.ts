import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { assetListSchema, assetPageSchema, assetQuerySchema, timelineSchema } from './assetList.ts';
import {
  assetIdsSchema,
  assetSchema,
  assetUrlQuerySchema,
  assetUrlSchema,
  foundIdsSchema,
  originSchema,
  uploadSchema,
} from './assets.ts';
import { favouriteListSchema } from './favourites.ts';

const v1 = '/api/v1';

/** Uploads and results. */
export const assetRoutes = {
  uploadAsset: route({
    method: 'post',
    path: `${v1}/assets`,
    auth: 'user',
    tag: 'assets',
    summary: 'Upload a picture or a video',
    description:
      'PNG, JPEG, WebP, GIF or AVIF, or mp4 or WebM, decided by its content. Pictures are stored as they come; of an animation workflows use the first frame. A video is decoded to its end and stored without its metadata, picture and sound unchanged; it may be at most 120 seconds long, with 3,600 frames and sides of 4,096 pixels.',
    body: uploadSchema,
    bodyType: 'multipart/form-data',
    success: { status: 201, description: 'The stored picture or video', body: assetSchema },
    problems: ['too-large', 'unsupported-media', 'quota-exceeded'],
    forDelegates: true,
  }),
  listAssets: route({
    method: 'get',
    path: `${v1}/assets`,
    auth: 'user',
    tag: 'assets',
    summary: 'List your results and uploads',
    description:
      'From wherever they were made. A request looks at some thousands of them: with filters a page may have fewer items than asked for, or none, and still a nextCursor. What is deleted or withheld is left out.',
    query: assetQuerySchema,
    success: { status: 200, description: 'Pictures and videos, the newest first', body: assetListSchema },
  }),
  getAssetTimeline: route({
    method: 'get',
    path: `${v1}/assets/timeline`,
    auth: 'user',
    tag: 'assets',
    summary: 'Count your results and uploads by month',
    success: { status: 200, description: 'How many there are of each month', body: timelineSchema },
  }),
  getAsset: route({
    method: 'get',
    path: `${v1}/assets/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Read an asset; its bytes are at url',
    params: idParamsSchema,
    success: { status: 200, description: 'The asset', body: assetSchema },
    problems: ['not-found'],
    forDelegates: true,
  }),
  deleteAsset: route({
    method: 'delete',
    path: `${v1}/assets/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Delete an asset',
    description:
      'For a day it can be taken back by POST /api/v1/assets/restorations. Its links stop working at once where the API serves the files, unless another asset has the same bytes. Links into an object store cannot be taken back: they work until they expire or a sweep removes the object, some hours after that day. What a browser has in its cache stays there.',
    params: idParamsSchema,
    success: { status: 204, description: 'Deleted' },
    problems: ['not-found'],
    forDelegates: true,
  }),
  deleteAssets: route({
    method: 'post',
    path: `${v1}/assets/deletions`,
    auth: 'user',
    tag: 'assets',
    summary: 'Delete several assets of yours',
    description:
      'As DELETE does for each. What is not yours, or gone, is left out; a repeat answers the same.',
    body: assetIdsSchema,
    success: { status: 200, description: 'Those that are deleted and can be restored', body: foundIdsSchema },
  }),
  restoreAssets: route({
    method: 'post',
    path: `${v1}/assets/restorations`,
    auth: 'user',
    tag: 'assets',
    summary: 'Take deletions back, for a day',
    description:
      'What was a favourite is one again, as far as you may have more. What is withheld stays deleted. A repeat answers the same.',
    body: assetIdsSchema,
    success: { status: 200, description: 'Those of them that are not deleted', body: foundIdsSchema },
  }),
  keepFavourite: route({
    method: 'put',
    path: `${v1}/assets/{id}/favourite`,
    auth: 'user',
    tag: 'assets',
    summary: 'Keep a result of yours as a favourite',
    description:
      'Neither the result nor its task is deleted for its age while it is a favourite. Operators say how many a person may have (FAVOURITES_PER_USER, 200).',
    params: idParamsSchema,
    success: { status: 200, description: 'The asset, a favourite now or before', body: assetSchema },
    problems: ['not-found', 'quota-exceeded'],
    forDelegates: true,
  }),
  dropFavourite: route({
    method: 'delete',
    path: `${v1}/assets/{id}/favourite`,
    auth: 'user',
    tag: 'assets',
    summary: 'Make a result of yours no favourite any more',
    description: 'The result stays as long as others of its age.',
    params: idParamsSchema,
    success: { status: 204, description: 'It is none, now or before' },
    problems: ['not-found'],
    forDelegates: true,
  }),
  listFavourites: route({
    method: 'get',
    path: `${v1}/favourites`,
    auth: 'user',
    tag: 'assets',
    summary: 'List your favourites',
    query: pageQuerySchema,
    success: { status: 200, description: 'Favourites, the newest result first', body: favouriteListSchema },
    forDelegates: true,
  }),
  getAssetUrl: route({
    method: 'get',
    path: `${v1}/assets/{id}/url`,
    auth: 'user',
    tag: 'assets',
    summary: 'Sign a longer-lived address for the bytes',
    params: idParamsSchema,
    query: assetUrlQuerySchema,
    success: {
      status: 200,
      description: 'An address that serves the bytes to whoever has it',
      body: assetUrlSchema,
    },
    problems: ['not-found'],
    forDelegates: true,
  }),
  listAssetChildren: route({
    method: 'get',
    path: `${v1}/assets/{id}/children`,
    auth: 'user',
    tag: 'assets',
    summary: 'List what you made from an asset of yours',
    description:
      'Results of tasks that took it as their picture, mask or video, and of those without any that went on from the task that made it. A page may be short, or empty, and still have a nextCursor.',
    params: idParamsSchema,
    query: assetPageSchema,
    success: { status: 200, description: 'Pictures and videos, the newest first', body: assetListSchema },
    problems: ['not-found'],
  }),
  getAssetOrigin: route({
    method: 'get',
    path: `${v1}/assets/{id}/origin`,
    auth: 'user',
    tag: 'assets',
    summary: 'Read how a picture was made, by whatever copy of it you uploaded',
    params: idParamsSchema,
    success: { status: 200, description: 'Its origin', body: originSchema },
    problems: ['not-found'],
    forDelegates: true,
  }),
};
