import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { presentBot } from './messages.ts';
import { type DiscordState, newSnowflake } from './state.ts';

export interface Gateway {
  /** Sends an event to every session, and keeps it for sessions that resume. */
  dispatch(type: string, data: unknown): void;
  /** Ends the connections; sessions can be resumed. */
  drop(): void;
  /** Ends the connections and forgets the sessions. */
  invalidate(): void;
  /** The numbers of started and of resumed sessions. */
  identified: number;
  resumed: number;
  close(): void;
}

interface Session {
  id: string;
  shard: Shard;
  events: { t: string; s: number; d: unknown }[];
  socket: WebSocket | undefined;
}

type Shard = readonly [id: number, count: number];

/** As Discord divides servers; direct messages come to shard 0. */
const isOf = ([id, count]: Shard, guildId: string | undefined): boolean =>
  id === (guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)));

const messageContentIntent = 1 << 15;
const op = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, invalid: 9, hello: 10, ack: 11 };

/** Discord's gateway, version 10, JSON, uncompressed. */
export function createGateway(
  server: Server,
  state: DiscordState,
  guilds: () => { id: string; data: unknown }[],
): Gateway {
  const sessions = new Map<string, Session>();
  const sockets = new WebSocketServer({ server, path: '/gateway' });

  const push = (session: Session, t: string, d: unknown): void => {
    const event = { t, s: session.events.length + 1, d };
    session.events.push(event);
    session.socket?.send(JSON.stringify({ op: op.dispatch, ...event }));
  };
  const begin = (socket: WebSocket, shard: Shard): Session => {
    const session: Session = { id: newSnowflake(), shard, events: [], socket };
    sessions.set(session.id, session);
    gateway.identified += 1;
    const listed = guilds().filter(({ id }) => isOf(shard, id));
    push(session, 'READY', {
      v: 10,
      user: presentBot(state),
      guilds: listed.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${state.baseUrl.replace('http', 'ws')}/gateway`,
      application: { id: state.applicationId, flags: 0 },
      shard,
    });
    for (const { data } of listed) push(session, 'GUILD_CREATE', data);
    return session;
  };
  const resume = (socket: WebSocket, data: { session_id: string; seq: number }): Session | undefined => {
    const session = sessions.get(data.session_id);
    if (!session) {
      socket.send(JSON.stringify({ op: op.invalid, d: false }));
      return undefined;
    }
    gateway.resumed += 1;
    session.socket = socket;
    for (const event of session.events.filter(({ s }) => s > data.seq))
      socket.send(JSON.stringify({ op: op.dispatch, ...event }));
    push(session, 'RESUMED', {});
    return session;
  };

  sockets.on('connection', (socket) => {
    let session: Session | undefined;
    socket.send(JSON.stringify({ op: op.hello, d: { heartbeat_interval: 41_250 } }));
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { op: number; d: never };
      if (message.op === op.heartbeat) socket.send(JSON.stringify({ op: op.ack }));
      else if (message.op === op.resume) session = resume(socket, message.d);
      else if (message.op === op.identify) {
        if ((message.d as { token: string }).token !== state.token) socket.close(4004);
        else {
          state.hasMessageContent = ((message.d as { intents: number }).intents & messageContentIntent) !== 0;
          const { shard = [0, 1] } = message.d as { shard?: Shard };
          // Discord asks for more sessions of a bot that has grown.
          if (shard[1] < state.shards) socket.close(4011);
          else session = begin(socket, shard);
        }
      }
    });
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined;
    });
  });

  const gateway: Gateway = {
    dispatch(type, data) {
      const { guild_id, id } = data as { guild_id?: string; id?: string };
      const guildId = type.startsWith('GUILD_') ? id : guild_id;
      for (const session of sessions.values()) if (isOf(session.shard, guildId)) push(session, type, data);
    },
    drop() {
      for (const { socket } of sessions.values()) socket?.close(4000);
    },
    invalidate() {
      const open = [...sessions.values()].map(({ socket }) => socket);
      sessions.clear();
      for (const socket of open) socket?.close(4000);
    },
    identified: 0,
    resumed: 0,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
  return gateway;
}
