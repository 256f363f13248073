import packageJson from './package.json' with { type: 'json' };

/** The version of the whole platform: its packages are released together. */
export const version: string = packageJson.version;
/** Of the HTTP surface; raised when something a client may rely on goes away. */
export const apiVersion = '1';
/** Clients older than this no longer work and say so. */
export const minClientVersion = '0.1.0';
