import { expect, test } from 'vitest';
import { nameStrike } from '../strikes.ts';
import { createPlan } from './plan.ts';

const plans = Array.from({ length: 600 }, (_, seed) => createPlan(seed));

test('a seed always gives its own plan', () => {
  expect(createPlan(17)).toEqual(createPlan(17));
  expect(createPlan(17).tasks).not.toEqual(createPlan(18).tasks);
});

test('a few hundred seeds strike in every way, at every step', () => {
  const strikes = plans.flatMap((plan) => plan.strikes);
  expect([...new Set(strikes.map(({ strike }) => nameStrike(strike)))].toSorted()).toMatchInlineSnapshot(`
    [
      "backend accept-die",
      "backend accept-hang",
      "backend crash",
      "backend disk-full",
      "backend hang",
      "backend http-delay",
      "backend http-garbage",
      "backend http-hang",
      "backend http-status",
      "backend http-truncate",
      "backend node-error",
      "backend out-of-memory",
      "backend silent",
      "cut-api",
      "cut-dispatcher both",
      "cut-dispatcher leading",
      "cut-dispatcher owning",
      "cut-inside accept",
      "cut-inside assign",
      "cut-inside cancel",
      "cut-inside complete",
      "cut-inside fail",
      "cut-inside free",
      "cut-inside lead",
      "cut-inside post",
      "cut-inside relay",
      "cut-inside renew",
      "cut-inside requeue",
      "cut-inside start",
      "cut-inside take",
      "drop-sockets",
      "empty-redis",
      "forget",
      "kill-api",
      "kill-backend",
      "kill-database",
      "kill-dispatcher both",
      "kill-dispatcher leading",
      "kill-dispatcher owning",
      "kill-redis with data",
      "kill-redis without data",
      "kill-worker",
      "pause-api",
      "pause-backend",
      "pause-database",
      "pause-dispatcher both",
      "pause-dispatcher leading",
      "pause-dispatcher owning",
      "pause-redis",
      "stall-sockets",
      "stop-api",
      "stop-dispatcher both",
      "stop-dispatcher leading",
      "stop-dispatcher owning",
      "stop-inside accept",
      "stop-inside assign",
      "stop-inside cancel",
      "stop-inside complete",
      "stop-inside fail",
      "stop-inside free",
      "stop-inside lead",
      "stop-inside post",
      "stop-inside relay",
      "stop-inside renew",
      "stop-inside requeue",
      "stop-inside start",
      "stop-inside take",
    ]
  `);
  expect(new Set(strikes.map(({ moment }) => moment.after))).toEqual(
    new Set(['start', 'assigned', 'posted', 'running', 'ended']),
  );
});

test('plans contain every kind of request: both APIs, twins, cancellations, cache hits', () => {
  const tasks = plans.flatMap((plan) => plan.tasks);
  expect(new Set(tasks.map(({ workflow }) => workflow))).toEqual(
    new Set(['text2img', 'img2img', 'upscale', 'text2video']),
  );
  expect(new Set(tasks.map(({ door }) => door))).toEqual(new Set(['rest', 'stomp']));
  expect(tasks.some(({ twinGapsMs }) => twinGapsMs.length === 4)).toBe(true);
  expect(tasks.some(({ cancelAfterMs }) => cancelAfterMs !== undefined)).toBe(true);
  const hasEqual = plans.some((plan) => {
    const seeds = plan.tasks.flatMap(({ params }) => (params.seed === undefined ? [] : [params.seed]));
    return new Set(seeds).size < seeds.length;
  });
  expect(hasEqual).toBe(true);
});
