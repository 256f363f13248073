import { expect, test } from 'vitest';
import { writeRunning } from '../../launcher/dataDir/runningPlatform.ts';
import { ensureSecrets } from '../../launcher/dataDir/secrets.ts';
import { createTestDir } from '../../launcher/testing/processes.ts';
import { chooseTarget } from './signIn.ts';

const url = 'http://127.0.0.1:8080';

/** A data directory whose platform runs. */
function createRunning() {
  const dataDir = createTestDir();
  writeRunning(dataDir, { url, adminUsername: 'root' });
  return { dataDir, password: ensureSecrets(dataDir).adminPassword };
}

test('signs in as administrator of the local platform by default', () => {
  const { dataDir, password } = createRunning();
  expect(chooseTarget({}, dataDir)).toEqual({
    url,
    identity: { kind: 'account', username: 'root', password },
  });
});

test('never sends the local password to an address from the environment', () => {
  const { dataDir } = createRunning();
  const elsewhere = { STAR_GRAPH_API_URL: 'https://pictures.example' };
  expect(() => chooseTarget(elsewhere, dataDir)).toThrow(
    'To use https://pictures.example, set STAR_GRAPH_TOKEN',
  );
});

test('takes a token before an account', () => {
  const { dataDir } = createRunning();
  const env = { STAR_GRAPH_TOKEN: 'sgk_1', STAR_GRAPH_USERNAME: 'ann', STAR_GRAPH_PASSWORD: 'secret' };
  expect(chooseTarget(env, dataDir)).toEqual({ url, identity: { kind: 'token', token: 'sgk_1' } });
});

test('needs name and password together', () => {
  const { dataDir } = createRunning();
  expect(() => chooseTarget({ STAR_GRAPH_USERNAME: 'ann' }, dataDir)).toThrow('together');
});

test('says how to start a platform where none runs', () => {
  expect(() => chooseTarget({}, createTestDir())).toThrow('Start one with "npm start"');
});
