import { expect, test } from 'vitest';
import { isOwnRedirect, readClientDocument } from './clientDocument.ts';

const client = (...redirectUris: string[]) => ({
  id: 'https://a.example/client.json',
  name: 'A',
  host: 'a.example',
  redirectUris,
});

test.each([
  ['https://a.example/back', 'https://a.example/back', true],
  ['https://a.example/back', 'https://a.example/back/', false],
  ['https://a.example/back', 'https://a.example/back?more=1', false],
  ['https://a.example/back', 'https://a.example:444/back', false],
  ['https://a.example/back', 'https://a.example.evil/back', false],
  ['https://a.example/back', 'https://a.example/back#x', false],
  ['http://127.0.0.1/back', 'http://127.0.0.1:51234/back', true],
  ['http://127.0.0.1:1/back', 'http://127.0.0.1:2/back', true],
  ['http://localhost/back', 'http://localhost:51234/back', true],
  ['http://[::1]/back', 'http://[::1]:7/back', true],
  ['http://127.0.0.1/back', 'http://localhost:51234/back', false],
  ['http://127.0.0.1/back', 'http://127.0.0.1:51234/other', false],
  ['http://a.example/back', 'http://a.example/back', false],
  ['http://127.0.0.1.evil.example/back', 'http://127.0.0.1.evil.example/back', false],
  ['cursor://callback/back', 'cursor://callback/back', true],
  ['javascript:alert(1)', 'javascript:alert(1)', false],
  ['data:text/html,x', 'data:text/html,x', false],
  ['https://a.example/back', 'back', false],
])('a program that names %s is answered at %s: %s', (own, asked, isAnswered) => {
  expect(isOwnRedirect(client(own), asked, [])).toBe(isAnswered);
});

const listed = ['http://openwebui:8080', 'http://192.168.1.20', 'com.example.app:'];

test.each([
  ['http://openwebui:8080/oauth/back', 'http://openwebui:8080/oauth/back', true],
  ['http://192.168.1.20/back', 'http://192.168.1.20/back', true],
  ['http://openwebui:8080/back', 'http://openwebui:8081/back', false],
  ['http://openwebui:8080/back', 'http://openwebui:8080/back?more=1', false],
  ['http://openwebui:8080/back', 'http://openwebui:8080/other', false],
  ['http://openwebui:8081/back', 'http://openwebui:8081/back', false],
  ['http://192.168.1.21/back', 'http://192.168.1.21/back', false],
  ['com.example.app:/back', 'com.example.app:/back', true],
  ['com.example.other:/back', 'com.example.other:/back', false],
  ['warp://mcp/oauth2callback', 'warp://mcp/oauth2callback?server_id=7', true],
  ['warp://mcp/oauth2callback', 'warp://mcp/other?server_id=7', false],
  ['zed://auth', 'zed://auth', true],
])('of a list of the operator, a program that names %s is answered at %s: %s', (own, asked, isAnswered) => {
  expect(isOwnRedirect(client(own), asked, listed)).toBe(isAnswered);
});

test.each([
  'http://a.example/client.json',
  'https://a.example/',
  'https://a.example',
  'https://name@a.example/client.json',
  'https://a.example/client.json#x',
  'https://A.example/client.json',
  'https://a.example/x/../client.json',
  'https://127.0.0.1/client.json',
  'client.json',
  '',
])('the client id %s is not fetched', async (id) => {
  const deps = { isAllowedAddress: () => false, resolve: () => expect.unreachable() };
  await expect(readClientDocument(deps as never, id)).rejects.toMatchObject({ code: 'invalid-params' });
});
