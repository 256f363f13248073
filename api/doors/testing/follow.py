"""ComfyUI's own example of a program (script_examples/websockets_api_example.py): follow.py ADDRESS GRAPH."""

import json
import sys
import urllib.request
import uuid

import websocket

server_address, prompt = sys.argv[1], json.loads(sys.argv[2])
client_id = str(uuid.uuid4())

ws = websocket.WebSocket()
ws.connect("ws://{}/ws?clientId={}".format(server_address, client_id))
data = json.dumps({"prompt": prompt, "client_id": client_id}).encode("utf-8")
req = urllib.request.Request("http://{}/prompt".format(server_address), data=data)
prompt_id = json.loads(urllib.request.urlopen(req).read())["prompt_id"]
while True:
    out = ws.recv()
    if isinstance(out, str):
        message = json.loads(out)
        if message["type"] == "executing":
            data = message["data"]
            if data["node"] is None and data["prompt_id"] == prompt_id:
                break
ws.close()
with urllib.request.urlopen("http://{}/history/{}".format(server_address, prompt_id)) as response:
    history = json.loads(response.read())[prompt_id]
print(json.dumps([image["filename"] for node in history["outputs"].values() for image in node["images"]]))
