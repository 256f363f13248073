import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { createTcpProxy, type TcpProxy } from '@star-graph/core/testing/services/tcpProxy';
import type { ProcessSpec } from '../../launcher/processes/supervisor.ts';
import { describeMariadb, mariadbUrl } from '../../launcher/services/mariadb.ts';
import type { TrialProcess } from './cluster/childProcess.ts';

/**
 * Two MariaDBs, of which the second has every commit of the first before it is answered (semi-synchronous, AFTER_SYNC),
 * behind one address that moves, as a proxy or a managed service gives it.
 */
export interface DatabasePair {
  /** The address that moves. */
  url: string;
  processes: readonly TrialProcess[];
  /** By plan: nothing is killed. @param endsSessions whether the address ends the sessions that are open at the old primary */
  switchOver(endsSessions: boolean): Promise<void>;
  /** The primary dies, or freezes and is then killed, so that it cannot write any more. The other takes its place after `noticedMs`. */
  failOver(how: 'kill' | 'freeze', noticedMs: number): Promise<void>;
  /** Resolves at the end of whatever is underway. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Server {
  process: TrialProcess;
  port: number;
  url: string;
  /** With the rights that `read_only` does not bind. */
  admin: Database;
  dataDir: string;
}

interface Deps {
  clock: Clock;
  create(spec: ProcessSpec): TrialProcess;
}

interface PairConfig {
  programFiles: readonly string[];
  directory: string;
  databaseName: string;
  options: readonly string[];
}

const adminUser = 'star_graph_admin';
const user = 'star_graph';
const pollMs = 20;

/** Semi-synchronous at the side of the primary is switched on when its replica is there. */
export const pairOptions = (id: number): string[] => [
  `--server-id=${id}`,
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--log-slave-updates',
  '--gtid-strict-mode',
  // Longer than any statement may take: a commit that no replica has is never answered.
  '--rpl-semi-sync-master-timeout=3600000',
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
  '--rpl-semi-sync-slave-enabled',
  // A server that starts is a replica until it is promoted, and gives up commits that no replica has.
  '--read-only',
  '--loose-init-rpl-role=SLAVE',
];

export async function startDatabasePair(deps: Deps, config: PairConfig): Promise<DatabasePair> {
  const secret = { user: randomBytes(18).toString('hex'), admin: randomBytes(18).toString('hex') };
  const servers = [
    await describeServer(deps, config, 1, secret),
    await describeServer(deps, config, 2, secret),
  ];
  let [primary, replica] = servers as [Server, Server];
  await Promise.all(servers.map(({ process }) => process.start()));
  await promote(primary);
  await follow(deps, replica, primary, secret.admin);
  await waitForReplica(deps, primary);
  const proxy = await createTcpProxy(
    mariadbUrl({ port: primary.port, user, password: secret.user }, config.databaseName),
  );
  let last: Promise<void> = Promise.resolve();
  /** One at a time: the next begins when both servers are a pair again. */
  const inTurn = (work: () => Promise<void>) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  /** Both change their places. */
  const exchange = () => {
    [primary, replica] = [replica, primary];
  };

  return {
    url: proxy.url,
    processes: servers.map(({ process }) => process),
    switchOver: (endsSessions) =>
      inTurn(async () => {
        await primary.admin.raw('SET GLOBAL read_only = 1');
        const [[{ at }]] = await primary.admin.raw('SELECT @@gtid_binlog_pos AS at');
        await catchUp(replica, at);
        await promote(replica);
        exchange();
        await redirect(proxy, primary, endsSessions);
        await follow(deps, replica, primary, secret.admin);
        await waitForReplica(deps, primary);
      }),
    failOver: (how, noticedMs) =>
      inTurn(async () => {
        if (how === 'kill') await primary.process.kill();
        else primary.process.pause();
        await deps.clock.sleep(noticedMs);
        // Fenced before another takes its place: it could still answer those who reach it.
        await primary.process.kill();
        await replica.admin.raw('STOP SLAVE IO_THREAD');
        const [[{ Gtid_IO_Pos: at }]] = await replica.admin.raw('SHOW SLAVE STATUS');
        await catchUp(replica, at);
        await promote(replica);
        exchange();
        await redirect(proxy, primary, true);
        await replica.process.start();
        await rejoin(deps, replica, primary, secret.admin);
        await waitForReplica(deps, primary);
      }),
    settled: () => last,
    async close() {
      await Promise.all(servers.map(({ admin }) => admin.destroy()));
      await proxy[Symbol.asyncDispose]();
    },
  };
}

async function describeServer(
  { create }: Deps,
  { programFiles, directory, databaseName, options }: PairConfig,
  id: number,
  secret: { user: string; admin: string },
): Promise<Server> {
  const port = await findFreePort();
  const dir = join(directory, `mariadb-${id}`);
  const spec = describeMariadb({
    programFiles,
    dir,
    logFile: join(directory, 'logs', `mariadb-${id}.log`),
    port,
    user,
    password: secret.user,
    grant: { database: databaseName },
    options: [...options, ...pairOptions(id)],
    setUp: [
      // Each has its accounts itself; they are in no log that the other could miss.
      'SET sql_log_bin = 0',
      `CREATE USER IF NOT EXISTS '${adminUser}'@'127.0.0.1' IDENTIFIED BY '${secret.admin}'`,
      `GRANT ALL ON *.* TO '${adminUser}'@'127.0.0.1'`,
    ],
  });
  const url = mariadbUrl({ port, user: adminUser, password: secret.admin }, databaseName);
  return {
    process: create({ ...spec, name: `mariadb-${id}` }),
    port,
    url,
    admin: connectDatabase({ url, poolSize: 1, statementTimeoutMs: 30_000 }),
    dataDir: join(dir, 'mariadb'),
  };
}

async function catchUp({ admin }: Server, gtid: string): Promise<void> {
  const [[{ waited }]] = await admin.raw('SELECT MASTER_GTID_WAIT(?, 20) AS waited', [gtid]);
  if (waited !== 0) throw new Error(`the replica did not reach ${gtid}`);
}

async function promote({ admin }: Server): Promise<void> {
  await admin.raw('STOP ALL SLAVES');
  await admin.raw('RESET SLAVE ALL');
  await admin.raw('SET GLOBAL read_only = 0');
}

async function redirect(proxy: TcpProxy, { port }: Server, endsSessions: boolean): Promise<void> {
  const next = new URL(proxy.url);
  next.port = String(port);
  proxy.redirect(next.href);
  if (!endsSessions) return;
  await proxy.cut();
  await proxy.restore();
}

async function follow({ clock }: Deps, { admin }: Server, primary: Server, password: string): Promise<void> {
  await admin.raw('SET GLOBAL rpl_semi_sync_master_enabled = 0');
  await admin.raw('STOP SLAVE');
  await admin.raw(
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = '${adminUser}',
       MASTER_PASSWORD = '${password}', MASTER_SSL = 0, MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos,
       MASTER_DEMOTE_TO_SLAVE = 1`,
  );
  await admin.raw('START SLAVE');
  for (;;) {
    const [[status]] = await admin.raw('SHOW SLAVE STATUS');
    if (status.Slave_IO_Running === 'Yes' && status.Slave_SQL_Running === 'Yes') return;
    const fault = status.Last_IO_Error || status.Last_SQL_Error;
    if (fault && status.Slave_IO_Running !== 'Connecting') throw new ReplicaRefused(fault);
    await clock.sleep(pollMs);
  }
}

/** It has commits that the new primary lacks: nobody was told of them. */
class ReplicaRefused extends Error {}

/** An old primary that has more than the new one is made anew. */
async function rejoin(deps: Deps, replica: Server, primary: Server, password: string): Promise<void> {
  try {
    await follow(deps, replica, primary, password);
  } catch (error) {
    if (!(error instanceof ReplicaRefused)) throw error;
    await replica.process.kill();
    await rm(replica.dataDir, { recursive: true });
    await replica.process.start();
    await follow(deps, replica, primary, password);
  }
}

/** From here on no commit is answered that only the primary has. */
async function waitForReplica({ clock }: Deps, { admin }: Server): Promise<void> {
  await admin.raw('SET GLOBAL rpl_semi_sync_master_enabled = 1');
  for (;;) {
    const [rows] = await admin.raw(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_master_clients', 'Rpl_semi_sync_master_status')",
    );
    const values = (rows as { Value: string }[]).map((row) => row.Value);
    if (values.includes('1') && values.includes('ON')) return;
    await clock.sleep(pollMs);
  }
}
