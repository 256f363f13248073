import { join, resolve } from 'node:path';
import { answersOk } from '../../../launcher/processes/nodeProcesses.ts';
import type { ProcessSpec } from '../../../launcher/processes/supervisor.ts';
import type { LocatedProgram } from '../../../launcher/services/requirePrograms.ts';
import type { TrialProcess } from './childProcess.ts';

export const root = resolve(import.meta.dirname, '../../../..');

export interface ClusterConfig {
  programs: Record<'mariadb' | 'redis', LocatedProgram>;
  /** For data, sockets and logs; the caller removes it. */
  directory: string;
  machine: Readonly<Record<string, string>>;
  /** Default: so short that a trial does not wait for them. */
  times?: ClusterTimes;
  /** The folder of another release, with its packages: what our processes run at first. Default: this release. */
  firstRelease?: string;
  /** Two databases behind an address that moves, and two Redis servers with Sentinels; default: one of each. */
  hasReplicas?: boolean;
}

/** Which release a process runs from its next start on, as the folder of its code. */
export interface Release {
  root: string;
}

export interface ClusterTimes {
  /** How long a dispatcher's ownership holds without renewal. */
  leaseSeconds: number;
  /** Longest run of an attempt. */
  taskTimeoutSeconds: number;
}

/** A process with what only its kind has; `isRunning` stays a getter. */
export function extend<Own extends object>(own: Own, child: TrialProcess): Own & TrialProcess {
  return Object.defineProperties(own as Own & TrialProcess, Object.getOwnPropertyDescriptors(child));
}

export function describeOwn(
  { directory }: Pick<ClusterConfig, 'directory'>,
  own: {
    name: string;
    main: string;
    args?: readonly string[];
    env: Record<string, string>;
    readyUrl: string;
    release?: Release;
  },
): ProcessSpec {
  return {
    name: own.name,
    command: process.execPath,
    args: [own.main, ...(own.args ?? [])],
    env: own.env,
    get cwd() {
      return own.release?.root ?? root;
    },
    logFile: join(directory, 'logs', `${own.name}.log`),
    isReady: () => answersOk(own.readyUrl),
    // For what hangs: where the machine is busy with much else, a start takes a minute.
    readyTimeoutMs: 180_000,
    stopTimeoutMs: 15_000,
  };
}
