"""Asks for a film as create_and_poll of Python's openai 2 does, whose Debian package is older."""

import sys
import time

import httpx

base, key = sys.argv[1:3]
headers = {"Authorization": f"Bearer {key}", "X-Stainless-Poll-Helper": "true"}
fields = {"prompt": "waves", "model": "sora-2", "seconds": "4", "size": "720x1280", "steps": "2", "videoSteps": "1"}
with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
    answer = client.post("/videos", files={name: (None, value) for name, value in fields.items()})
    answer.raise_for_status()
    video = answer.json()
    wait = int(answer.headers["openai-poll-after-ms"])
    while video["status"] in ("queued", "in_progress"):
        time.sleep(wait / 1000)
        answer = client.get(f"/videos/{video['id']}")
        answer.raise_for_status()
        video = answer.json()
    content = client.get(f"/videos/{video['id']}/content", headers={"Accept": "application/binary"})
    content.raise_for_status()
    print(video["status"], content.headers["content-type"], content.content[4:8].decode())
