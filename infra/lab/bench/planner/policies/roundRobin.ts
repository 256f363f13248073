import type { Policy } from '../pool.ts';

/** Each job goes to the next server, even to a busy one. */
export const roundRobin: Policy = {
  name: 'round robin',
  create() {
    let turn = 0;
    return ({ waiting, servers }) => ({
      decisions: waiting.flatMap((job) => {
        const server = servers[turn++ % servers.length];
        return server ? [{ server: server.id, job }] : [];
      }),
    });
  },
};
