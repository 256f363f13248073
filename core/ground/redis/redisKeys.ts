/*
 * Names in Redis. All of them begin with the prefix, so that several installations (and test files) share a server.
 */

/** Whose events: one person's, or those of all tasks made through one service key. */
export interface StreamName {
  kind: 'user' | 'key';
  id: string;
}

/** Wake-ups of dispatchers and relays. */
export const wakeChannel = (prefix: string): string => `${prefix}wake`;
/** The capped stream of facts; its entry ids are the `seq` of events. */
export const streamKey = (prefix: string, stream: StreamName): string =>
  stream.kind === 'user' ? `${prefix}events:${stream.id}` : `${prefix}events:key:${stream.id}`;
/** Published facts, and progress, for the processes that serve the receivers' sockets. */
export const liveChannel = (prefix: string, stream: StreamName): string =>
  `${prefix}live:${stream.kind}:${stream.id}`;
/** Announcements and the state of the pool, for all clients. */
export const publicChannel = (prefix: string): string => `${prefix}live:public`;
/** A nonce of a signed request: it was used. */
export const nonceKey = (prefix: string, keyId: string, nonce: string): string =>
  `${prefix}nonce:${keyId}:${nonce}`;
/** Sessions, keys and accounts whose connections have to end now. */
export const revocationChannel = (prefix: string): string => `${prefix}revoked`;
/** What a person's next Activity in Discord opens with. */
export const openingKey = (prefix: string, userId: string): string => `${prefix}opening:${userId}`;
/** Who has a party in a channel of Discord. */
export const partyKey = (prefix: string, channelId: string): string => `${prefix}party:${channelId}`;
/** Last known progress of a task, for requests. */
export const progressKey = (prefix: string, taskId: string): string => `${prefix}progress:${taskId}`;
/** What a task of a door looked like a moment ago, for requests that ask again and again. */
export const previewKey = (prefix: string, taskId: string): string => `${prefix}preview:${taskId}`;
/** Which upload a picture of one person's program is, by the name that the program gave it. */
export const namedPictureKey = (prefix: string, userId: string, name: string): string =>
  `${prefix}picture:${userId}:${name}`;
/** The lease of the relay. */
export const relayLeaseKey = (prefix: string): string => `${prefix}relay`;
/** The leader's last plan, for quotes and administrators. */
export const planKey = (prefix: string): string => `${prefix}plan`;
/** Who draws the thumbnail of an asset that somebody has asked for. */
export const drawingKey = (prefix: string, assetId: string): string => `${prefix}drawing:${assetId}`;
/** Which links to files the relay signs: `identifyLinks`. */
export const linksKey = (prefix: string): string => `${prefix}links`;
/** The last published event of a task, by its number in the outbox. */
export const toldKey = (prefix: string, taskId: string): string => `${prefix}told:${taskId}`;
