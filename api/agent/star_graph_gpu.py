#!/usr/bin/env python3
"""Star-Graph on a GPU machine: joins the pool, and fetches the model files that an administrator ordered.

  python3 star_graph_gpu.py join https://pictures.example CODE
      --comfyui http://127.0.0.1:8188   where ComfyUI answers on this machine
      --address http://gpu1:8188        where the platform reaches it (default: this machine's address)
      --models /path/to/models          where model files go (default: where ComfyUI says)
      --name gpu1                       what the platform calls it
  python3 star_graph_gpu.py run         fetches what is ordered, until it is stopped
  python3 star_graph_gpu.py check       says again what is missing here
  python3 star_graph_gpu.py unit        prints a unit for systemd

Needs Python 3.9 and nothing else. Nothing is fetched but from addresses that an administrator confirmed. Hosts that ask
for a token get it from here: MODEL_HOST_TOKENS=huggingface.co=hf_...,civitai.com=... It is sent to that host alone.
"""
import argparse
import hashlib
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import ssl
import sys
import time
import urllib.parse

AGENT = 'star-graph-gpu/1'
SPARE = 1_000_000_000
CHUNK = 1 << 20
REPORT_SECONDS = 2
LOOK_SECONDS = 30
MOST_TRIES_WITHOUT_PROGRESS = 10
FOLDERS = (
    'checkpoints diffusion_models text_encoders loras controlnet vae upscale_models clip_vision style_models '
    'model_patches latent_upscale_models frame_interpolation background_removal geometry_estimation audio_encoders'
).split()


class Refused(Exception):
    """Told to the person as it stands; to try again is of no use."""


class Passing(Exception):
    """May be over in a moment."""


class CalledOff(Exception):
    """The platform does not want the file any more."""


# Asking


def connect(url, timeout):
    kind = http.client.HTTPSConnection if url.scheme == 'https' else http.client.HTTPConnection
    extra = {'context': ssl.create_default_context()} if url.scheme == 'https' else {}
    return kind(url.hostname, url.port, timeout=timeout, **extra)


def ask(method, address, body=None, headers=None, timeout=30):
    """One request, no redirect. The answer is open: read it, then close its connection."""
    url = urllib.parse.urlsplit(address)
    if url.scheme not in ('http', 'https') or not url.hostname:
        raise Refused(f'{address} is no http or https address.')
    connection = connect(url, timeout)
    path = (url.path or '/') + (f'?{url.query}' if url.query else '')
    sent = {'User-Agent': AGENT, 'Accept-Encoding': 'identity', **(headers or {})}
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        raise Passing(f'{url.netloc} does not answer: {error or type(error).__name__}') from None
    answer.connection = connection
    return answer


def ask_json(method, address, body=None, timeout=30):
    data = None if body is None else json.dumps(body).encode()
    answer = ask(method, address, data, {'Content-Type': 'application/json'} if data else {}, timeout)
    try:
        text = answer.read(20_000_000).decode()
    except (OSError, http.client.HTTPException) as error:
        raise Passing(f'{address}: {error}') from None
    finally:
        answer.connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, None


def ask_platform(state, path, body, timeout=30):
    status, answer = ask_json('POST', f"{state['server']}/api/v1/pool/{path}", body, timeout)
    if status < 300 and isinstance(answer, dict):
        return answer
    problem = answer if isinstance(answer, dict) else {}
    faults = [f"{fault.get('pointer')}: {fault.get('message')}" for fault in problem.get('errors') or []]
    sentence = ' '.join([problem.get('detail') or f'The platform answers {status}.', *faults])
    raise Passing(sentence) if status == 429 or status >= 500 else Refused(sentence)


# This machine


def look_at_comfyui(state):
    """What ComfyUI says of itself."""
    try:
        status, stats = ask_json('GET', f"{state['comfyui']}/system_stats")
        if status != 200 or not isinstance(stats, dict):
            raise Refused(f"{state['comfyui']} answers {status}, and not as ComfyUI. Give its address by --comfyui.")
        _, listed = ask_json('GET', f"{state['comfyui']}/experiment/models")
    except Passing as error:
        raise Refused(f'{error}. Start ComfyUI on this machine, or give its address by --comfyui.') from None
    system = stats.get('system') or {}
    paths = {}
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and item.get('name') in FOLDERS and item.get('folders'):
            paths[item['name']] = item['folders'][0]
    return system, paths


def option_of(argv, option):
    for at, argument in enumerate(argv):
        if argument == option:
            following = argv[at + 1] if at + 1 < len(argv) else ''
            return following if following and not following.startswith('--') else ''
        if argument.startswith(f'{option}='):
            return argument[len(option) + 1:]
    return None


def describe_folder(path):
    home = path
    while not os.path.isdir(home) and os.path.dirname(home) != home:
        home = os.path.dirname(home)
    place = {'path': path, 'disk': str(os.stat(home).st_dev), 'freeBytes': shutil.disk_usage(home).free}
    if not os.access(home, os.W_OK):
        place['fault'] = f'The agent may not write into {home}. Run it as the user of ComfyUI.'
    return place


def report_of(state):
    system, paths = {}, {}
    try:
        system, paths = look_at_comfyui(state)
    except Refused:
        pass  # It restarts, or is away for a while: what was known of its folders holds.
    if state.get('models'):
        paths = {folder: os.path.join(state['models'], folder) for folder in FOLDERS}
    elif paths:
        state['paths'] = paths
    else:
        paths = state.get('paths', {})
    report = {'folders': {folder: describe_folder(path) for folder, path in paths.items()}}
    if system.get('comfyui_version'):
        report['comfyVersion'] = str(system['comfyui_version'])[:50]
    preview = option_of(system.get('argv') or [], '--preview-method')
    if preview:
        report['previewMethod'] = preview[:50]
    return report


def findings_of(state, system, report, examination):
    """What is missing, each with what mends it."""
    argv = [str(one) for one in system.get('argv') or []]
    start = ' '.join(['python', *argv]) if argv else 'python main.py'
    version = str(system.get('comfyui_version') or '')
    numbers = [int(part) for part in version.lstrip('v').split('.')[:2] if part.isdigit()]
    host = urllib.parse.urlsplit(state['address']).hostname
    if not examination.get('reachable'):
        yield f"The platform cannot use it: {examination.get('fault', 'it does not answer')}", (
            f'{start} --listen 0.0.0.0' if option_of(argv, '--listen') is None and host != '127.0.0.1' else None)
    if numbers and numbers < [0, 33]:
        if (report.get('previewMethod') or 'none') == 'none':
            yield f'ComfyUI {version} shows no picture while it draws.', f'{start} --preview-method latent2rgb'
        yield (f'ComfyUI {version} is older than 0.33, which the newest workflows need.',
               'git pull && pip install -r requirements.txt')
    if not report['folders']:
        yield ('Nobody knows where model files go.',
               f"python3 {os.path.basename(sys.argv[0])} join {state['server']} CODE --models /path/to/ComfyUI/models")
    for place in {place['fault'] for place in report['folders'].values() if 'fault' in place}:
        yield place, None
    lacks = examination.get('lacks') or []
    models = [lack for lack in lacks if lack.get('model')]
    if models:
        size = sum((lack['model'].get('bytes') or 0) for lack in models) / 1e9
        yield (f'{len(models)} model files of shipped workflows are not here ({size:.1f} GB as far as it is known).',
               f"npm run sg -- models {state['name']}   (where the platform runs; or in the console, GPU servers)")
    for lack in lacks:
        if not lack.get('model'):
            yield f"It lacks {lack['what']} for {', '.join(lack['workflows'])}.", None


def tell(state, examination):
    system, _ = look_at_comfyui(state)
    report = report_of(state)
    print(f"ComfyUI {system.get('comfyui_version', '?')} at {state['address']}")
    if 'runs' in examination:
        print(f"Runs now: {', '.join(examination['runs']) or 'no workflow yet'}")
    for what, mend in findings_of(state, system, report, examination):
        print(f'- {what}')
        if mend:
            print(f'    {mend}')


# What is remembered: who this machine is to the platform. Its token is a secret.


def read_state(path):
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def write_state(path, state):
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    unfinished = f'{path}.new'
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8') as file:
        json.dump(state, file)
    os.replace(unfinished, path)


def own_address(server, comfyui):
    """The address of this machine on the way to the platform, with ComfyUI's port."""
    url = urllib.parse.urlsplit(server)
    port = urllib.parse.urlsplit(comfyui).port or 8188
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((url.hostname, url.port or 443))
            return f'http://{probe.getsockname()[0]}:{port}'
        except OSError:
            raise Refused('This machine does not know its address. Give it by --address.') from None


def join(args):
    server = args.server.rstrip('/')
    comfyui = args.comfyui.rstrip('/')
    address = (args.address or own_address(server, comfyui)).rstrip('/')
    # Kept before it is sent: after a lost answer the same code and the same token join again.
    unfinished = f'{args.state}.joining'
    known = read_state(unfinished) or read_state(args.state) or {}
    is_again = known.get('code') == args.code and known.get('server') == server
    state = {
        'server': server,
        'code': args.code,
        'token': known['token'] if is_again else secrets.token_urlsafe(32),
        'comfyui': comfyui,
        'address': address,
        'models': os.path.abspath(args.models) if args.models else None,
        'name': args.name or socket.gethostname()[:64],
    }
    look_at_comfyui(state)
    report = report_of(state)
    write_state(unfinished, state)
    body = {'code': args.code, 'token': state['token'], 'url': address, 'name': state['name'], 'report': report}
    joined = ask_platform(state, 'join', body, timeout=90)
    write_state(args.state, {**state, 'backend': joined['backendId']})
    os.remove(unfinished)
    print(f"{state['name']} is in the pool of {server}.")
    tell(state, joined['examination'])
    print(f'\nNext, so that model files can be fetched: python3 {sys.argv[0]} run')


def check(args):
    state = require_state(args)
    orders = ask_platform(state, 'report', {'token': state['token'], 'report': report_of(state)})
    reason = orders['backend'].get('reason')
    tell(state, {'reachable': reason is None, 'fault': reason})
    if reason is None:
        print(f"To the platform it is {orders['backend']['state']}.")


def require_state(args):
    state = read_state(args.state)
    if not state or 'backend' not in state:
        raise Refused('This machine has not joined. Make a code in the console, under GPU servers.')
    return state


# What model files are


TOLD_FOLDERS = ('checkpoints', 'diffusion_models', 'loras')
MOST_TOLD = 500
LONGEST_HEADER = 100_000_000

# By the names of tensors, dots and underscores alike; of several the first. A family that nobody draws with here has a
# name too, so that it is not taken for another one.
FAMILIES = [(family, re.compile(pattern, re.M)) for family, pattern in (
    ('hunyuan-video', r'individual_token_refiner|double_blocks_19_'),
    ('chroma', r'distilled_guidance_layer'),
    ('flux-2', r'double_stream_modulation_img|to_qkv_mlp_proj'),
    ('flux-1', r'double_blocks_0_img_attn|single_transformer_blocks_0_'),
    ('wan2', r'blocks_0_cross_attn_k_(?:weight|lora|diff|alpha)'),
    ('qwen-image', r'txt_norm|transformer_blocks_0_img_mod|transformer_blocks_59_'),
    ('z-image', r'cap_pad_token|layers_29_attention'),
    ('stable-diffusion-v3', r'joint_blocks_0_'),
    ('ltx', r'patchify_proj|^(?:(?:diffusion_model|transformer|lora_unet)_)?transformer_blocks_0_attn1_to_'),
    ('stable-video-diffusion', r'time_stack|time_mixer'),
    ('stable-diffusion-xl-v1', r'conditioner_embedders_1_|lora_te2_'),
)]
# By the width of the text that a U-Net looks at.
WIDTHS = {2048: 'stable-diffusion-xl-v1', 1024: 'stable-diffusion-v2', 768: 'stable-diffusion-v1'}


def read_header(path):
    """The header of a safetensors file: eight bytes of length, then JSON. Nothing of one that is damaged."""
    try:
        with open(path, 'rb') as file:
            length = int.from_bytes(file.read(8), 'little')
            if not 2 <= length <= min(LONGEST_HEADER, os.path.getsize(path) - 8):
                return {}
            header = json.loads(file.read(length))
    except (OSError, ValueError, RecursionError):
        return {}
    return header if isinstance(header, dict) else {}


def family_of(header):
    """In the words of `modelspec.architecture`: what the file says of itself, else what its tensors show."""
    said = header.get('__metadata__')
    for key in ('modelspec.architecture', 'ss_base_model_version'):
        if isinstance(said, dict) and isinstance(said.get(key), str) and said[key].strip():
            return said[key].strip()[:100]
    names = '\n'.join(header).replace('.', '_')
    for family, pattern in FAMILIES:
        if pattern.search(names):
            return family
    for name, tensor in header.items():
        shape = tensor.get('shape') if isinstance(tensor, dict) else None
        looks = 'attn2' in name and 'to_k' in name and not re.search(r'lora_up|lora_B|alpha', name)
        if looks and isinstance(shape, list) and len(shape) > 1 and shape[1] in WIDTHS:
            return WIDTHS[shape[1]]
    return None


def tell_architectures(folders, known):
    """By `folder/name`, as ComfyUI lists it. A file is read once, unless it changes."""
    found = {}
    for folder in TOLD_FOLDERS:
        root = folders.get(folder, {}).get('path')
        for home, _, names in os.walk(root) if root else ():
            for name in names:
                path = os.path.join(home, name)
                if name.endswith('.safetensors') and len(found) < MOST_TOLD:
                    found[f'{folder}/{os.path.relpath(path, root)}'] = path
    for key, path in found.items():
        try:
            stat = os.stat(path)
        except OSError:
            continue
        mark = (stat.st_size, stat.st_mtime_ns)
        if known.get(key, (None,))[0] != mark:
            known[key] = (mark, family_of(read_header(path)))
    return {key: known[key][1] for key in found if key in known and known[key][1]}


# Fetching


def tokens():
    pairs = (part.split('=', 1) for part in os.environ.get('MODEL_HOST_TOKENS', '').split(',') if '=' in part)
    return {host.strip(): token.strip() for host, token in pairs}


def open_source(address, have, tag):
    """Follows redirects by itself: a host's token goes to that host and to no other."""
    linked = None
    for _ in range(6):
        host = urllib.parse.urlsplit(address).netloc
        headers = {}
        if host in tokens():
            headers['Authorization'] = f'Bearer {tokens()[host]}'
        if have > 0:
            headers.update({'Range': f'bytes={have}-', 'If-Range': tag})
        answer = ask('GET', address, headers=headers)
        told = (answer.getheader('X-Linked-Etag') or '').strip('"').lower()
        if len(told) == 64 and all(letter in '0123456789abcdef' for letter in told):
            linked = told
        if answer.status not in (301, 302, 303, 307, 308):
            return answer, linked, host
        following = urllib.parse.urljoin(address, answer.getheader('Location') or '')
        answer.connection.close()
        if urllib.parse.urlsplit(address).scheme == 'https' and not following.startswith('https:'):
            raise Refused(f'{host} leads to an address without TLS.')
        address = following
    raise Refused(f'{address} leads in a circle.')


def check_status(answer, host):
    status = answer.status
    if status in (401, 403):
        raise Refused(
            f'{host} asks who you are ({status}). Accept the licence on its page, and give the agent a token: '
            f'MODEL_HOST_TOKENS={host}=… and restart it.')
    if status in (404, 410):
        raise Refused(f'{host} has no such file ({status}). Correct the address.')
    if status == 429 or status >= 500:
        raise Passing(f'{host} answers {status}')
    if status not in (200, 206, 416):
        raise Refused(f'{host} answers {status}.')
    if status != 416 and (answer.getheader('Content-Type') or '').startswith('text/html'):
        raise Refused(f'{host} sends a page in place of the file. Correct the address.')


def total_of(answer, have):
    told = answer.getheader('Content-Range') or ''
    if answer.status == 206:
        first, _, whole = told.replace('bytes ', '').partition('/')
        if first.split('-')[0] != str(have) or not whole.isdigit():
            return None
        return int(whole)
    length = answer.getheader('Content-Length')
    return int(length) if length and length.isdigit() else -1


class Fetch:
    """One file. What is there of it is kept in .part beside it, with what it was a part of in .part.json."""

    def __init__(self, order, folder, say):
        self.order, self.say = order, say
        root = os.path.realpath(folder)
        self.target = os.path.join(root, *order['name'].split('/'))
        if os.path.commonpath([root, os.path.realpath(os.path.dirname(self.target))]) != root:
            raise Refused('The name leads out of its folder.')
        self.part, self.note = f'{self.target}.part', f'{self.target}.part.json'
        self.wanted = order.get('sha256')
        self.total = None

    def have(self):
        return os.path.getsize(self.part) if os.path.exists(self.part) else 0

    def forget(self):
        for path in (self.part, self.note):
            if os.path.exists(path):
                os.remove(path)

    def known(self):
        """What the part is of; nothing if it is of another address, or its host names no version."""
        note = read_state(self.note)
        return note if note and note['url'] == self.order['url'] and note['tag'] and self.have() else None

    def hash(self, path):
        digest = hashlib.sha256()
        with open(path, 'rb') as file:
            for chunk in iter(lambda: file.read(CHUNK), b''):
                digest.update(chunk)
                self.say(os.path.getsize(path), self.total)
        return digest.hexdigest()

    def run(self):
        """@returns its SHA-256."""
        os.makedirs(os.path.dirname(self.target), exist_ok=True)
        if os.path.exists(self.target):
            return self.accept_existing()
        self.receive()
        found = self.hash(self.part)
        if self.wanted and found != self.wanted:
            self.forget()
            raise Refused(f'The file has SHA-256 {found} in place of {self.wanted}. It was removed.')
        # Until the platform knows that it is there: an agent that dies in between says so afterwards.
        write_state(self.note, {'url': self.order['url'], 'tag': '', 'found': found})
        os.replace(self.part, self.target)
        return found

    def accept_existing(self):
        self.total = os.path.getsize(self.target)
        found = self.hash(self.target)
        note = read_state(self.note) or {}
        if found == self.wanted or (note.get('url') == self.order['url'] and note.get('found') == found):
            return found
        raise Refused(f'{self.target} is there already, with SHA-256 {found}. Remove it, or leave it as it is.')

    def receive(self):
        known = self.known()
        if not known:
            self.forget()
        have = self.have()
        if known and have == known['total']:
            self.wanted = self.wanted or known.get('linked')
            self.total = have
            return
        answer, linked, host = open_source(self.order['url'], have, known['tag'] if known else '')
        try:
            check_status(answer, host)
            if linked and self.order.get('sha256') and linked != self.order['sha256']:
                raise Refused(f'{host} has another file: SHA-256 {linked} in place of {self.order["sha256"]}.')
            self.wanted = self.wanted or linked
            total = None if answer.status == 416 else total_of(answer, have)
            if total is None or (answer.status == 206 and known and total != known['total']):
                self.forget()
                raise Passing('the host sent another part than was asked for')
            if answer.status == 200:
                have = 0
            self.total = total if total >= 0 else None
            self.require_room(have)
            write_state(self.note, {
                'url': self.order['url'],
                'tag': strong(answer.getheader('ETag')),
                'total': self.total,
                'linked': linked,
            })
            self.copy(answer, have)
        finally:
            answer.connection.close()

    def require_room(self, have):
        need = (self.total or 0) - have
        free = shutil.disk_usage(os.path.dirname(self.target)).free
        if need + SPARE > free:
            raise Refused(
                f'{need / 1e9:.1f} GB are to come and {free / 1e9:.1f} GB are free on the disk, of which 1 GB stays free.')

    def copy(self, answer, have):
        with open(self.part, 'r+b' if have else 'wb') as file:
            file.seek(have)
            file.truncate()
            while True:
                try:
                    # As much as has come: a slow host is heard of, too.
                    chunk = answer.read1(CHUNK)
                except (OSError, http.client.HTTPException):
                    raise Passing('the connection was cut') from None
                if not chunk:
                    break
                try:
                    file.write(chunk)
                except OSError as error:
                    raise Refused(f'The file cannot be written: {error.strerror}.') from None
                have += len(chunk)
                self.say(have, self.total)
            file.flush()
            os.fsync(file.fileno())
        if self.total is not None and have < self.total:
            raise Passing('the connection was cut')


def strong(tag):
    """Only a strong one promises the same bytes."""
    return tag if tag and tag.startswith('"') else ''


class Agent:
    def __init__(self, state, path, pause):
        self.state, self.path, self.pause = state, path, pause
        self.last = 0.0
        self.order = None
        self.report = report_of(state)
        # What model files are, by file; and what the platform has taken of that.
        self.headers, self.told = {}, None
        self.architectures, self.looked = {}, -LOOK_SECONDS

    def tell(self, progress=None):
        body = {'token': self.state['token'], 'report': self.report}
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self.looked = time.monotonic()
            self.architectures = tell_architectures(self.report['folders'], self.headers)
        architectures = self.architectures
        if architectures != self.told:
            body['architectures'] = architectures
        if progress:
            body['fetch'] = progress
        orders = ask_platform(self.state, 'report', body)
        self.told = architectures
        return orders

    def say(self, have, total, fault=None, force=False):
        """At most every two seconds. A platform that is away does not stop a file."""
        if not force and time.monotonic() - self.last < REPORT_SECONDS:
            return
        self.last = time.monotonic()
        try:
            orders = self.tell({**self.progress(have, total), 'state': 'running', **({'fault': fault} if fault else {})})
        except Passing:
            return
        if (orders.get('fetch') or {}).get('id') != self.order['id']:
            raise CalledOff()

    def progress(self, have, total):
        return {'id': self.order['id'], 'bytesDone': have, **({} if total is None else {'bytes': total})}

    def finish(self, progress):
        """The end of an order has to arrive."""
        while True:
            try:
                return self.tell(progress)
            except Passing as error:
                print(f'The platform is away: {error}', flush=True)
                time.sleep(self.pause)

    def fetch(self, order):
        self.order = order
        name = f"{order['folder']}/{order['name']}"
        print(f"Fetching {name} from {order['url']}", flush=True)
        place = self.report['folders'].get(order['folder'])
        fetch = None
        try:
            if not place:
                raise Refused(f"This machine has no folder {order['folder']}. Join again with --models.")
            fetch = Fetch(order, place['path'], self.say)
            found = self.until_done(fetch)
            size = os.path.getsize(fetch.target)
            self.looked = -LOOK_SECONDS
            self.finish({**self.progress(size, size), 'state': 'done', 'sha256': found})
            fetch.forget()
            print(f'{name} is there, SHA-256 {found}', flush=True)
        except CalledOff:
            if fetch:
                fetch.forget()
            print(f'{name} was called off', flush=True)
        except (Refused, OSError) as error:
            have = fetch.have() if fetch else 0
            self.finish({**self.progress(have, fetch.total if fetch else None), 'state': 'failed', 'fault': str(error)[:500]})
            print(f'{name} failed: {error}', flush=True)

    def until_done(self, fetch):
        tries = 0
        while True:
            have = fetch.have()
            try:
                return fetch.run()
            except Passing as error:
                tries = 0 if fetch.have() > have else tries + 1
                if tries >= MOST_TRIES_WITHOUT_PROGRESS:
                    raise Refused(f'{error}; tried {tries} times without a byte. Order it again later: it goes on.') from None
                print(f'{error}; trying again', flush=True)
                self.say(fetch.have(), fetch.total, f'{error}; trying again'[:500], force=True)
                time.sleep(min(60, self.pause * 2 ** tries))

    def run(self):
        while True:
            try:
                self.report = report_of(self.state)
                order = self.tell().get('fetch')
            except Passing as error:
                print(f'The platform is away: {error}', flush=True)
                order = None
            if order:
                self.fetch(order)
            else:
                time.sleep(self.pause * 2)


def run(args):
    state = require_state(args)
    lock = open(f'{args.state}.lock', 'w', encoding='utf-8')
    try:
        import fcntl
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass  # Windows has no flock: there nobody else may start it.
    except OSError:
        raise Refused('Another agent runs on this machine already.') from None
    print(f"Waiting for orders of {state['server']}", flush=True)
    Agent(state, args.state, args.pause).run()


def unit(args):
    print(f"""[Unit]
Description=Star-Graph, agent of this GPU machine
After=network-online.target
Wants=network-online.target

[Service]
ExecStart={sys.executable} {os.path.abspath(sys.argv[0])} --state {args.state} run
EnvironmentFile=-{args.state}.env
Restart=always
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target""")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    home = os.environ.get('XDG_CONFIG_HOME') or os.path.expanduser('~/.config')
    parser.add_argument('--state', default=os.path.join(home, 'star-graph', 'gpu.json'))
    parser.add_argument('--pause', type=float, default=2, help='seconds before the first new try')
    verbs = parser.add_subparsers(required=True, metavar='join | run | check | unit')
    joining = verbs.add_parser('join')
    joining.add_argument('server')
    joining.add_argument('code')
    joining.add_argument('--comfyui', default='http://127.0.0.1:8188')
    joining.add_argument('--address')
    joining.add_argument('--models')
    joining.add_argument('--name')
    joining.set_defaults(act=join)
    for name, act in (('run', run), ('check', check), ('unit', unit)):
        verbs.add_parser(name).set_defaults(act=act)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        args.act(args)
    except (Refused, Passing) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
