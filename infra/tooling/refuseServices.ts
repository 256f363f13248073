import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** Runs before each file of the unit tests: what reaches for a database, Redis or a process is told where it belongs. */
const refuse = (): never => {
  throw new Error('A unit test starts no process. Name the file *.services.test.ts, and it may.');
};

delete process.env.TEST_DATABASE_URL;
delete process.env.TEST_REDIS_URL;
Object.assign(ChildProcess.prototype, { spawn: refuse });
Object.assign(childProcess, { execFileSync: refuse, execSync: refuse, spawnSync: refuse });
syncBuiltinESMExports();
