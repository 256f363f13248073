import { findExecutable } from './tools.ts';

/** Where the programs of the embedded services are; undefined for what is not installed. */
export interface ServerPrograms {
  mariadbd: string | undefined;
  mariadbInstallDb: string | undefined;
  redisServer: string | undefined;
  ffmpeg: string | undefined;
}

export function findServerPrograms(dirs: readonly string[]): ServerPrograms {
  return {
    mariadbd: findExecutable(['mariadbd'], dirs),
    mariadbInstallDb: findExecutable(['mariadb-install-db'], dirs),
    // Debian's redis-tools has the server's program under the checker's name; only redis-server links it.
    redisServer: findExecutable(['redis-server', 'redis-check-rdb'], dirs),
    ffmpeg: findExecutable(['ffmpeg'], dirs),
  };
}
