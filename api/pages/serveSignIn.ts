import { Problem } from '@star-graph/core/ground/errors';
import { type OidcClient, ProviderFault } from '@star-graph/core/people/identity/oidc/oidcClient';
import {
  type OidcDeps,
  type OidcOutcome,
  signInByOidc,
} from '@star-graph/core/people/identity/oidc/signInByOidc';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { beginInBrowser, forgetInBrowser, readFromBrowser } from './browserSecret.ts';
import { answerPage, escapeHtml, localeOf, readPageFiles } from './renderPage.ts';
import { type SignInFault, signInTexts } from './texts.ts';

type Deps = OidcDeps & Pick<ApiDeps, 'oidcClients' | 'publicUrl' | 'rateLimits' | 'config'>;

const statusOf: Record<SignInFault, number> = {
  declined: 400,
  expired: 400,
  return: 400,
  disabled: 403,
  limited: 429,
  unavailable: 503,
  provider: 502,
};

/**
 * Sign-in in a browser: `/sign-in/{provider}` leads to the provider, and `/sign-in/{provider}/callback` ends it. Outside
 * the contract, since these answer people with pages, and no program.
 */
export async function serveSignIn(deps: Deps): Promise<ApiMiddleware> {
  const files = await readPageFiles();
  const isHttps = deps.publicUrl.startsWith('https:');
  return async (ctx, next) => {
    if (ctx.method !== 'GET') return next();
    const file = files.get(ctx.path);
    if (file) {
      ctx.state.routePath = '/sign-in';
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = file.mime;
      ctx.body = file.body;
      return;
    }
    const [, name = '', end] = /^\/sign-in\/([a-z0-9-]{1,32})(\/callback)?$/.exec(ctx.path) ?? [];
    const client = deps.oidcClients.get(name);
    if (!client) return next();
    ctx.state.routePath = `/sign-in/{provider}${end ?? ''}`;
    try {
      await deps.rateLimits.countAddress(ctx.state.address);
      if (end === undefined) await begin(deps, ctx, client, isHttps);
      else await finish(deps, ctx, client, isHttps);
    } catch (error) {
      answerFault(ctx, client, faultOf(ctx, client, error));
    }
  };
}

/** To the console, and where the operator allows it. */
const mayReturnTo = ({ publicUrl, config }: Pick<Deps, 'publicUrl' | 'config'>, address: string): boolean =>
  address === new URL('/', publicUrl).href || config.SIGN_IN_RETURN_URLS.includes(address);

const statePattern = /^[\w.~-]{1,200}$/;

async function begin(deps: Deps, ctx: ApiContext, client: OidcClient, isHttps: boolean): Promise<void> {
  const { return: returnTo, state } = ctx.query;
  const isAllowed = (one: unknown): one is string | undefined =>
    one === undefined || (typeof one === 'string' && mayReturnTo(deps, one));
  const isState = (one: unknown): one is string | undefined =>
    one === undefined || (typeof one === 'string' && statePattern.test(one));
  if (!isAllowed(returnTo) || !isState(state)) return answerFault(ctx, client, 'return');
  const { secret } = beginInBrowser(ctx, client.provider.name, isHttps, { returnTo, state });
  const address = await client.begin(secret);
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  ctx.set('Location', address.href);
}

async function finish(deps: Deps, ctx: ApiContext, client: OidcClient, isHttps: boolean): Promise<void> {
  const { name } = client.provider;
  const kept = readFromBrowser(ctx, name, isHttps);
  // Somebody else's return leaves the own sign-in as it is.
  if (!kept || !client.isReturnOf(kept.secret, ctx.querystring)) return answerFault(ctx, client, 'expired');
  forgetInBrowser(ctx, name, isHttps);
  const person = await client.finish(kept.secret, ctx.querystring);
  const outcome = await signInByOidc(deps, client.provider, person, ctx.state.address);
  // Compared again: a cookie is what a browser says.
  if (kept.returnTo === undefined || !mayReturnTo(deps, kept.returnTo)) return answerCode(ctx, outcome);
  const handed = new URLSearchParams({ code: outcome.code, ...(outcome.links ? { links: 'true' } : {}) });
  if (kept.state !== undefined) handed.set('state', kept.state);
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 303;
  // Behind the #, which browsers send to no server.
  ctx.set('Location', `${kept.returnTo}#${handed}`);
}

const faultsByCode: Partial<Record<string, SignInFault>> = {
  'account-disabled': 'disabled',
  'rate-limited': 'limited',
  unavailable: 'unavailable',
};

/** @throws what is neither a refusal nor the provider's fault. */
function faultOf(ctx: ApiContext, { provider }: OidcClient, error: unknown): SignInFault {
  if (error instanceof ProviderFault) {
    if (error.isDeclined) return 'declined';
    ctx.state.log.warn(
      { provider: provider.name, reason: error.message },
      'a sign-in by OpenID Connect failed',
    );
    return 'provider';
  }
  const fault = error instanceof Problem ? faultsByCode[error.code] : undefined;
  if (!fault) throw error;
  return fault;
}

function answerFault(ctx: ApiContext, { provider }: OidcClient, fault: SignInFault): void {
  const { faults, again } = signInTexts[localeOf(ctx)];
  const { title, text } = faults[fault];
  const link = `<p><a href="/sign-in/${provider.name}">${escapeHtml(again)}</a></p>`;
  const mayRepeat = fault === 'declined' || fault === 'expired' || fault === 'provider';
  answerPage(ctx, statusOf[fault], { title, body: `<p>${escapeHtml(text)}</p>${mayRepeat ? link : ''}` });
}

function answerCode(ctx: ApiContext, { code, links }: OidcOutcome): void {
  const texts = signInTexts[localeOf(ctx)];
  const { title, text } = links ? texts.link : texts.code;
  answerPage(ctx, 200, {
    title,
    script: 'copyCode.js',
    body: `<p>${escapeHtml(text)}</p>
<p class="code" translate="no">${escapeHtml(code)}</p>
<button type="button" data-copied="${escapeHtml(texts.copied)}">${escapeHtml(texts.copy)}</button>
<p class="quiet">${escapeHtml(texts.secret)}</p>`,
  });
}
