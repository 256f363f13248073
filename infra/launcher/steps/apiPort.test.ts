import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect, onTestFinished, test } from 'vitest';
import { chooseApiPort } from './apiPort.ts';

const apiHost = '127.0.0.1';
const say = (lines: string[]) => (line: string) => lines.push(line);

async function listen(port: number, listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(port, apiHost);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
}

const answerAsStarGraph: RequestListener = (_, response) =>
  response.end(JSON.stringify({ version: '0.1.0', apiVersion: 1, minClient: '0.1.0' }));

test('takes the port that was asked for while it is free', async () => {
  const apiPort = await findFreePort();
  expect(await chooseApiPort({ apiHost, apiPort, isApiPortAsked: true }, say([]))).toBe(apiPort);
});

test('refuses a port of another program, with the way out', async () => {
  const apiPort = await findFreePort();
  await listen(apiPort, (_, response) => response.end('<html>something else</html>'));
  const refusal = `Port ${apiPort} is taken by another program. Stop that program, or choose another port: API_PORT=${apiPort + 1}`;
  await expect(chooseApiPort({ apiHost, apiPort, isApiPortAsked: false }, say([]))).rejects.toThrow(refusal);
});

test('takes the next port beside another Star-Graph and says so', async () => {
  const apiPort = await findFreePort();
  await listen(apiPort, answerAsStarGraph);
  const lines: string[] = [];
  const chosen = await chooseApiPort({ apiHost, apiPort, isApiPortAsked: false }, say(lines));
  expect(chosen).toBeGreaterThan(apiPort);
  expect(lines.join()).toContain(`Another Star-Graph is on port ${apiPort}: this one takes ${chosen}`);
});

test('refuses an asked-for port even when another Star-Graph has it', async () => {
  const apiPort = await findFreePort();
  await listen(apiPort, answerAsStarGraph);
  await expect(chooseApiPort({ apiHost, apiPort, isApiPortAsked: true }, say([]))).rejects.toThrow(
    'is taken',
  );
});

test('says what is wrong with an address of another machine', async () => {
  const choice = chooseApiPort(
    { apiHost: '203.0.113.7', apiPort: await findFreePort(), isApiPortAsked: true },
    say([]),
  );
  await expect(choice).rejects.toThrow('This machine has no address 203.0.113.7');
});
