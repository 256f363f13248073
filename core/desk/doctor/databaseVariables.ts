import { type Finding, finding } from './findings.ts';
import { isOlder } from './versions.ts';

const oldest = { MariaDB: '10.11', MySQL: '8.0.16' };
/** API and dispatcher twice each, and somebody who looks. */
const processesAtLeast = 4;
const spareConnections = 10;
const packetBytes = 16 * 1024 * 1024;

/** What the server's settings would do to the data. `variables`: all global ones, by name. */
export function judgeVariables(
  variables: Readonly<Record<string, string>>,
  { poolSize, usedConnections }: { poolSize: number; usedConnections: number },
): Finding[] {
  const version = variables.version ?? '';
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  const judged = [
    isOlder(version, oldest[product]) &&
      finding(
        'database-old',
        `The server is ${product} ${version}; ${oldest[product]} or newer is needed.`,
        `Upgrade the server to a supported ${product}.`,
      ),
    product === 'MySQL' &&
      !isOlder(version, oldest.MySQL) &&
      finding(
        'database-untried',
        `The server is MySQL ${version}, on which this platform was never run.`,
        'Use MariaDB 10.11 or later, or try your own load and a restore before you depend on it.',
      ),
    [variables.read_only, variables.super_read_only].some((value) => /^(ON|1|YES)$/i.test(value ?? '')) &&
      finding(
        'database-read-only',
        'The server takes no writes: it is a replica, or was told so.',
        'Let DATABASE_URL name the primary, or SET GLOBAL read_only = 0 on the server that has become it.',
      ),
    variables.innodb_flush_log_at_trx_commit !== '1' &&
      finding(
        'database-not-durable',
        `innodb_flush_log_at_trx_commit is ${variables.innodb_flush_log_at_trx_commit}: a crash of the machine loses tasks and credits that were already answered with success.`,
        'SET GLOBAL innodb_flush_log_at_trx_commit = 1, and the same in the configuration of the server.',
      ),
    variables.log_bin === 'ON' &&
      variables.sync_binlog !== '1' &&
      finding(
        'database-binlog-not-durable',
        `sync_binlog is ${variables.sync_binlog}: after a crash a replica may lack what the primary has, or have more.`,
        'SET GLOBAL sync_binlog = 1, and the same in the configuration of the server.',
      ),
    !/STRICT_(TRANS|ALL)_TABLES/.test(variables.sql_mode ?? '') &&
      finding(
        'database-not-strict',
        'sql_mode has no STRICT_TRANS_TABLES: values that are too long would be cut off without a word.',
        "Add STRICT_TRANS_TABLES to sql_mode in the server's configuration, and start the processes again.",
      ),
    ...judgeConnections(variables, poolSize, usedConnections),
    Number(variables.max_allowed_packet) < packetBytes &&
      finding(
        'database-packet',
        `max_allowed_packet is ${variables.max_allowed_packet} bytes: large workflows and backups may be refused.`,
        `SET GLOBAL max_allowed_packet = ${packetBytes}, and the same in the configuration of the server.`,
      ),
  ];
  return judged.filter((one) => one !== false);
}

/** A process has `poolSize` connections and as many for the moves of tasks; a dispatcher a few more. */
function judgeConnections(
  variables: Readonly<Record<string, string>>,
  poolSize: number,
  usedConnections: number,
): Finding[] {
  const allowed = Number(variables.max_connections);
  const needed = processesAtLeast * 2 * poolSize + spareConnections;
  const wayOut = `SET GLOBAL max_connections to twice DATABASE_POOL (${poolSize}) for each process and ${spareConnections} more, or lower DATABASE_POOL.`;
  if (allowed < needed)
    return [
      finding(
        'database-connections',
        `max_connections is ${allowed}, and two API processes and two dispatchers may need ${needed}.`,
        wayOut,
      ),
    ];
  if (usedConnections <= allowed * 0.9) return [];
  return [
    finding('database-connections', `${usedConnections} of ${allowed} connections are in use.`, wayOut),
  ];
}
