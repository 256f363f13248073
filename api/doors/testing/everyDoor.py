"""A picture through each door as programs in Python ask for one: everyDoor.py BASE_URL A1111_URL KEY PICTURE."""

import base64
import json
import sys

import requests
from openai import OpenAI

base_url, a1111_url, key, picture = sys.argv[1:]
made = {}


def keep(name, encoded):
    """The format that the bytes begin with."""
    head = base64.b64decode(encoded)[:12]
    made[name] = "png" if head[1:4] == b"PNG" else "webp" if head[8:12] == b"WEBP" else head.hex()


client = OpenAI(base_url=f"{base_url}/v1", api_key=key, max_retries=0)
models = [model.id for model in client.models.list()]
keep("images", client.images.generate(model="gpt-image-1", prompt="a lighthouse", size="256x256").data[0].b64_json)
with open(picture, "rb") as file:
    edited = client.images.edit(model="gpt-image-1", image=file, prompt="in snow", size="256x256")
keep("edits", edited.data[0].b64_json)
tool = {"type": "image_generation", "size": "256x256", "output_format": "webp"}
response = client.responses.create(model="gpt-5.2", input="a lighthouse", tools=[tool])
again = client.responses.retrieve(response.id)
keep("responses", again.output[0].result)

a1111 = requests.Session()
a1111.auth = ("anybody", key)
api = f"{a1111_url}/sdapi/v1"
titles = [model["title"] for model in a1111.get(f"{api}/sd-models").json()]
small = {"prompt": "a lighthouse", "width": 256, "height": 256, "steps": 2}
drawn = a1111.post(f"{api}/txt2img", json=small).json()
keep("txt2img", drawn["images"][0])
changed = a1111.post(f"{api}/img2img", json={**small, "init_images": drawn["images"], "denoising_strength": 0.5})
keep("img2img", changed.json()["images"][0])
info = a1111.post(f"{api}/png-info", json={"image": "data:image/png;base64," + drawn["images"][0]}).json()

gemini = requests.post(
    f"{base_url}/v1beta/models/gpt-image-1:generateContent",
    headers={"x-goog-api-key": key},
    json={"contents": [{"parts": [{"text": "a lighthouse"}]}]},
).json()
parts = gemini["candidates"][0]["content"]["parts"]
keep("gemini", next(part["inlineData"]["data"] for part in parts if "inlineData" in part))


def ask_mcp(number, method, params):
    """One call of the protocol of 2025, whose answer may be a stream with messages before the result."""
    answer = requests.post(
        f"{base_url}/mcp",
        headers={"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"},
        json={"jsonrpc": "2.0", "id": number, "method": method, "params": params},
    )
    answer.raise_for_status()
    if answer.headers["content-type"].startswith("application/json"):
        return answer.json()["result"]
    messages = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    return next(message["result"] for message in messages if message.get("id") == number)


client_info = {"name": "python", "version": "1"}
begun = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client_info}
ask_mcp(1, "initialize", begun)
tools = [tool["name"] for tool in ask_mcp(2, "tools/list", {})["tools"]]
called = ask_mcp(3, "tools/call", {"name": "draw", "arguments": {"prompt": "a lighthouse"}})
keep("mcp", next(part["data"] for part in called["content"] if part["type"] == "image"))

print(json.dumps({"made": made, "models": models, "titles": titles, "tools": tools, "info": info["info"]}))
