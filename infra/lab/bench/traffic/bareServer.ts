import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { Task } from '@star-graph/core/ground/db/models/task';
import Koa from 'koa';

/**
 * A bare server, to measure what answers cost without the platform: `GET /tasks/{id}` is Koa, one indexed SELECT and
 * JSON, `GET /document` Koa and the JSON that was put there.
 */
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL is not set');
const database = connectDatabase({ url, poolSize: 8 });
const app = new Koa();
let document: unknown;
app.use(async (ctx, next) => {
  if (ctx.path !== '/document') return next();
  if (ctx.method === 'PUT') document = await json(ctx.req);
  ctx.body = document;
});
app.use(async (ctx) => {
  ctx.body = await Task.query(database).findById(ctx.path.slice('/tasks/'.length));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ listening: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
