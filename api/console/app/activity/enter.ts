import { DiscordSDK, Events } from '@discord/embedded-app-sdk';
import { createClient } from '@star-graph/client/client';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { CookieCredentials } from '@star-graph/client/cookieCredentials';
import {
  createSessionCredentials,
  type SessionTokens,
  toSessionTokens,
} from '@star-graph/client/credentials';
import { showLanguage } from '../session/languageChoice.ts';
import { acceptSignIn, api, holdSession, signInApi } from '../session/session.ts';
import { answers, entry, names, type Room, room } from './inDiscord.ts';
import { leaveByDiscord } from './leaveByDiscord.ts';

/** Discord's client answers within moments, or never: its messages have no limit of their own. */
const clientMs = 20_000;
/** Discord's servers may know later than its client that somebody came. */
const lookAgainMs = 2_500;
const looksAtMost = 4;

class Silent extends Error {}

/** Discord's client takes one handshake for a frame, and this has made it. */
let sdk: DiscordSDK | undefined;

/** Signs in whom Discord's client has opened the page for, and shows what they opened it with. */
export async function enter(): Promise<void> {
  entry.value = 'entering';
  try {
    const { activity } = await signInApi.getStatus();
    if (!activity) throw new Error('the Activity is switched off');
    readThrough(activity);
    // Its console stays here: what people write is nothing for Discord's records.
    sdk ??= new DiscordSDK(activity.applicationId, { disableConsoleLogOverride: true });
    await inTime(sdk.ready());
    const { code } = await sdk.commands.authorize({
      client_id: activity.applicationId,
      response_type: 'code',
      state: crypto.randomUUID(),
      prompt: 'none',
      scope: ['identify'],
    });
    const anonymous = createClient({ baseUrl: location.origin });
    const { discordToken, discordLocale, ...signIn } = await anonymous.signInByDiscord({ body: { code } });
    await inTime(sdk.commands.authenticate({ access_token: discordToken }));
    const credentials = holdInMemory();
    holdSession(credentials);
    credentials.accept(signIn);
    const found = await findRoom(sdk.instanceId);
    room.value = { id: sdk.instanceId, ...found, leave: leaveByDiscord(sdk, activity.url) };
    await followNames(sdk);
    await goTo(room.value);
    await acceptSignIn(signIn);
    showLanguage(discordLocale);
    entry.value = undefined;
  } catch (error) {
    entry.value = reasonOf(error);
  }
}

/** Discord's SDK rejects with plain objects. */
function reasonOf(error: unknown): typeof entry.value {
  if (error instanceof Silent) return 'silent';
  return error instanceof Error ? { error } : 'declined';
}

/** A storage of its own stands behind the proxy's second name. */
function readThrough({ url, filesFrom }: { url: string; filesFrom: string }): void {
  const { origin } = new URL(filesFrom);
  const through = origin === new URL(url).origin ? location.origin : `${location.origin}/storage`;
  answers.read = (text) => text.replaceAll(`"${origin}/`, `"${through}/`);
}

function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Silent()), clientMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A page within a page of another site has no cookie of its own everywhere: the session lives as long as the page. */
function holdInMemory(): CookieCredentials {
  let tokens: SessionTokens | undefined;
  const config = { baseUrl: location.origin };
  const store = {
    load: async () => tokens,
    async save(next: SessionTokens | undefined) {
      tokens = next;
    },
  };
  return {
    ...createSessionCredentials(config, store),
    accept(signIn) {
      if (signIn.refreshToken !== undefined) tokens = toSessionTokens(signIn);
    },
    forget() {
      tokens = undefined;
    },
    async logOut() {
      if (tokens) await createClient(config).logout({ body: { refreshToken: tokens.refreshToken } });
      tokens = undefined;
    },
  };
}

async function findRoom(id: string) {
  for (let looks = 1; ; looks++)
    try {
      return await api.getRoom({ params: { room: id } });
    } catch (error) {
      const isUnknown = error instanceof ClientProblem && error.code === 'not-found';
      if (!isUnknown || looks === looksAtMost) throw error;
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
}

type Participants = Awaited<ReturnType<DiscordSDK['commands']['getInstanceConnectedParticipants']>>;

/** A client that does not tell costs names, and nothing else. */
async function followNames(sdk: DiscordSDK): Promise<void> {
  const note = ({ participants }: Participants) => {
    const told = participants.map(
      ({ id, nickname, global_name, username }) => [id, nickname ?? global_name ?? username] as const,
    );
    // Who has left is still named beside what they made.
    names.value = new Map([...names.value, ...told]);
  };
  try {
    await inTime(sdk.subscribe(Events.ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE, note));
    note(await inTime(sdk.commands.getInstanceConnectedParticipants()));
  } catch (error) {
    console.warn('Discord does not name who is here', error);
  }
}

/** To the result whose button was pressed. Where it is gone, the form is a good place too. */
async function goTo({ opening }: Room): Promise<void> {
  if (opening === undefined) return;
  try {
    const { outputs } = await api.getTask({ params: { id: opening } });
    const [picture] = outputs;
    if (picture) history.replaceState(history.state, '', `/gallery/${picture.id}${location.search}`);
  } catch (error) {
    if (!(error instanceof ClientProblem)) throw error;
  }
}
