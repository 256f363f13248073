import type { AddressInfo } from 'node:net';
import { connectDatabase } from '@star-graph/core/db/connect';
import { Task } from '@star-graph/core/db/models/task';
import Koa from 'koa';

/** What a task's detail costs without a platform around it: Koa, one indexed SELECT, JSON. */
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL is not set');
const database = connectDatabase({ url, poolSize: 8 });
const app = new Koa();
app.use(async (ctx) => {
  ctx.body = await Task.query(database).findById(ctx.path.slice('/tasks/'.length));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ listening: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
