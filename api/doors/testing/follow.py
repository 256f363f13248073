"""What ComfyUI's own examples of programs do (script_examples/websockets_api_example.py, and …_ws_images.py, to which
pictures come on the socket): follow.py ADDRESS GRAPH."""

import base64
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
current_node = ""
frames = {}
while True:
    out = ws.recv()
    if isinstance(out, str):
        message = json.loads(out)
        if message["type"] == "executing":
            data = message["data"]
            if data["prompt_id"] == prompt_id:
                if data["node"] is None:
                    break
                current_node = data["node"]
    else:
        frames.setdefault(current_node, []).append(base64.b64encode(out).decode())
ws.close()
with urllib.request.urlopen("http://{}/history/{}".format(server_address, prompt_id)) as response:
    history = json.loads(response.read())[prompt_id]
files = {id: [image["filename"] for image in node["images"]] for id, node in history["outputs"].items()}
print(json.dumps({"frames": frames, "files": files}))
