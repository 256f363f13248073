import type { Arrival } from '@star-graph/core/desk/doctor/arrival';
import { checkTicket } from '@star-graph/core/desk/doctor/connectionTicket';
import { Problem } from '@star-graph/core/ground/errors';
import type { ApiDeps } from '../../apiDeps.ts';
import { createAddressTest } from '../../middleware/clientAddress.ts';
import { version } from '../../version.ts';
import type { Handler } from '../handler.ts';
import { answerEvents, createEventStream } from '../tasks/eventStream.ts';

/** Longer than any network delays the first event, so that a proxy that held it back is told apart. */
const holdMs = 4_000;
/** What proxies add beside X-Forwarded-For. */
const proxyHeaders = ['forwarded', 'via', 'x-real-ip', 'x-forwarded-proto', 'x-forwarded-host'];

type Deps = Pick<ApiDeps, 'clock' | 'rateLimits'> & {
  config: Pick<ApiDeps['config'], 'JWT_KEYS' | 'TRUSTED_PROXIES'>;
};

/** @throws Problem `unauthenticated`, which counts against the address: a ticket is not found by trying. */
export const createConnectionProbe = (deps: Deps): Handler<'probeConnection'> => {
  const secrets = deps.config.JWT_KEYS.map(({ secret }) => secret);
  const isTrusted = createAddressTest(deps.config.TRUSTED_PROXIES);
  return async ({ query, ctx }) => {
    const peer = ctx.req.socket.remoteAddress ?? '';
    const proof = checkTicket(deps, secrets, query.ticket);
    if (proof === undefined) {
      await deps.rateLimits.countAddress(ctx.state.address);
      throw new Problem('unauthenticated', 'This is for the doctor of this installation: npm run doctor.');
    }
    const arrival: Arrival = {
      proof,
      version,
      address: ctx.state.address,
      peer,
      isPeerTrusted: isTrusted(peer),
      forwardedFor: ctx.get('x-forwarded-for'),
      proxyHeaders: proxyHeaders.filter((name) => ctx.get(name) !== ''),
    };
    const stream = createEventStream();
    stream.send({ type: 'arrival', data: JSON.stringify(arrival) });
    const cancel = deps.clock.after(holdMs, () => {
      stream.send({ type: 'end', data: '{}' });
      stream.end();
    });
    stream.body.once('close', cancel);
    answerEvents(ctx, stream);
    return undefined;
  };
};
