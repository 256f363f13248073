import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { startTestApi } from '../testing/servers/apiServer.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();

test('connections of an address are bounded, and each end makes room', async () => {
  await using api = await startTestApi(platform, { CONNECTIONS_PER_ADDRESS: '2' });
  const { hostname, port } = new URL(api.url);
  const open = async () => {
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const first = await open();
  await open();
  const surplus = await open();
  await once(surplus, 'close');
  const left = once(first, 'close');
  first.destroy();
  await left;
  await eventually(async () => expect((await api.call('/healthz')).status).toBe(200));
});
