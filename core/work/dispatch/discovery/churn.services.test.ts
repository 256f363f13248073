import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Backend } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../../testing/db/testDatabase.ts';
import { eventually } from '../../../testing/eventually.ts';
import { startDnsServer, type TestDnsServer } from '../../../testing/services/dnsServer.ts';
import { startKubernetesApi, type TestKubernetesApi } from '../../../testing/services/kubernetesApi.ts';
import { takeLeadership } from '../lease.ts';
import { startDiscovery } from './discovery.ts';
import { parseSources } from './parseSource.ts';

let db: TestDatabase;
let dns: TestDnsServer;
let kubernetes: TestKubernetesApi;
beforeAll(async () => {
  [db, dns, kubernetes] = [await createTestDatabase(), await startDnsServer(), await startKubernetesApi()];
});
afterAll(async () => {
  await kubernetes?.[Symbol.asyncDispose]();
  await dns?.[Symbol.asyncDispose]();
  await db?.[Symbol.asyncDispose]();
});

const pods = (...numbers: number[]) =>
  numbers.map((number) => ({ addresses: [`10.3.0.${number}`], conditions: { ready: true } }));
const setPods = (...numbers: number[]) => {
  kubernetes.slices = [
    {
      namespace: 'gpu',
      name: 'comfyui-1',
      ports: [{ port: 8188 }],
      endpoints: pods(...numbers),
      labels: { 'kubernetes.io/service-name': 'comfyui' },
    },
  ];
};
const setRecords = (...numbers: number[]) => {
  dns.records = numbers.map((number) => ({ type: 'A', name: 'gpu.example', data: `10.4.0.${number}` }));
};
const listPool = async () => {
  const rows = await Backend.query(db.database).whereNull('removedAt').orderBy('url');
  return rows.map(({ url }) => Number(new URL(url).hostname.split('.').at(-1)));
};

test('pods and records that churn are the pool, each with one row', async () => {
  const owner = newId();
  const epoch = await takeLeadership({ database: db.database }, owner, 60_000);
  if (epoch === undefined) throw new Error('nobody else leads');
  const names = ['kubernetes://gpu/comfyui', 'dns+a://gpu.example:8188'];
  setPods(1, 2, 3);
  setRecords(101, 102);
  const discovery = startDiscovery(
    {
      database: db.database,
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      leadership: { held: { owner, epoch } },
      wakeSignals: { send: () => undefined },
    },
    {
      sources: parseSources(names, { dnsServers: [dns.address], cluster: kubernetes }),
      intervalMs: 10,
      graceMs: 0,
    },
  );
  try {
    const poolIs = (...numbers: number[]) =>
      eventually(async () => expect(await listPool()).toEqual(numbers));
    await poolIs(1, 2, 3, 101, 102);
    for (let round = 0; round < 6; round += 1) {
      const next = [1 + (round % 4), 5 + (round % 3)];
      setPods(...next);
      if (round === 2) await kubernetes.rotateToken();
      setRecords(101 + (round % 2));
      await poolIs(...next, 101 + (round % 2));
    }
    dns.fault = 'SERVFAIL';
    setPods(9);
    await poolIs(9, 102);
  } finally {
    await discovery.stop();
  }
  const rows = await Backend.query(db.database);
  expect(new Set(rows.map(({ url }) => url)).size).toBe(rows.length);
});
