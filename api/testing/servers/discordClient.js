/*
 * Discord's client, as a script of its page: it answers what the SDK asks, and refuses what Discord documents that it
 * refuses. `window.left` has the links that led out.
 */
const { query, ...given } = JSON.parse(document.getElementById('given').textContent);
const frame = document.querySelector('iframe');
window.left = [];
let hasShaken = false;
let isKnown = false;

const post = (opcode, body) => frame.contentWindow.postMessage([opcode, body], given.origin);
const close = (code, message) => post(2, { code, message });
const fault = (code, message) => Object.assign(new Error(message), { code });

async function ask(path, values = {}) {
  const search = new URLSearchParams({ person: given.person.id, room: query.instance_id, ...values });
  return (await fetch(`${path}?${search}`)).json();
}

const present = ({ id, name }) => ({
  id,
  username: name.toLowerCase(),
  global_name: name,
  discriminator: '0',
  avatar: null,
  bot: false,
  flags: 0,
  premium_type: 0,
});

/** Before it is known who uses the frame. */
const open = {
  async AUTHORIZE({ client_id, response_type, scope }) {
    if (client_id !== given.applicationId) throw fault(4007, 'Invalid Client ID');
    if (response_type !== 'code' || !Array.isArray(scope)) throw fault(4000, 'Invalid payload');
    const { code } = await ask('/agree');
    if (code === null) throw fault(5000, 'OAuth2 Error: access_denied: The person did not agree.');
    return { code };
  },
  async AUTHENTICATE({ access_token }) {
    const { isKnown: isTaken } = await ask('/token', { token: access_token });
    if (!isTaken) throw fault(4009, 'Invalid OAuth2 token');
    isKnown = true;
    return {
      access_token,
      user: { ...present(given.person), public_flags: 0 },
      scopes: ['identify'],
      expires: '2100-01-01T00:00:00.000Z',
      application: { id: given.applicationId, name: 'Star-Graph', description: '', icon: null },
    };
  },
};

/** Tells who has come since, for as long as the page is open. */
async function followPeople(evt, told) {
  const participants = (await ask('/people')).map(present);
  const now = JSON.stringify(participants);
  if (now !== told) post(1, { cmd: 'DISPATCH', evt, nonce: null, data: { participants } });
  setTimeout(() => followPeople(evt, now), 500);
}

const closed = {
  async SUBSCRIBE(_args, evt) {
    if (evt !== 'ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE') throw fault(4004, 'Invalid event');
    setTimeout(() => followPeople(evt), 500);
    return { evt };
  },
  async GET_ACTIVITY_INSTANCE_CONNECTED_PARTICIPANTS() {
    return { participants: (await ask('/people')).map(present) };
  },
  async OPEN_EXTERNAL_LINK({ url }) {
    if (!/^https?:\/\//.test(url)) throw fault(4000, 'Invalid payload');
    window.left.push(url);
    return { opened: true };
  },
};

async function obey({ cmd, args = {}, evt }) {
  const command = open[cmd] ?? closed[cmd];
  if (!command) throw fault(4002, 'Invalid command');
  if (!open[cmd] && !isKnown) throw fault(4006, 'Not authenticated or invalid scope');
  return command(args, evt);
}

function shake({ v, encoding, client_id, frame_id }) {
  if (hasShaken) return close(4000, 'Already connected');
  if (v !== 1) return close(4004, 'Invalid version');
  if (encoding !== 'json') return close(4005, 'Invalid encoding');
  if (client_id !== given.applicationId) return close(4000, 'Invalid Client ID');
  if (frame_id !== query.frame_id) return close(4000, 'Invalid frame');
  hasShaken = true;
  const config = {
    cdn_host: 'cdn.discordapp.com',
    api_endpoint: '//discord.com/api',
    environment: 'production',
  };
  return post(1, { cmd: 'DISPATCH', evt: 'READY', nonce: null, data: { v: 1, config } });
}

addEventListener('message', ({ data, origin, source }) => {
  if (source !== frame.contentWindow) return;
  if (origin !== given.origin) close(4001, 'Invalid Origin');
  else if (data[0] === 0) shake(data[1]);
  else if (data[0] !== 1 || !hasShaken) close(4000, 'No handshake');
  else {
    const { cmd, nonce } = data[1];
    obey(data[1]).then(
      (answer) => post(1, { cmd, evt: null, nonce, data: answer }),
      ({ code = 1000, message }) => post(1, { cmd, evt: 'ERROR', nonce, data: { code, message } }),
    );
  }
});
frame.src = `${given.origin}/?${new URLSearchParams(query)}`;
