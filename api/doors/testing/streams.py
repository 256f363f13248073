"""Reads a stream of each kind by the official package, and says what it got: streams.py BASE_URL KEY PICTURE."""

import json
import sys

from openai import OpenAI

base_url, key, picture = sys.argv[1:]
client = OpenAI(base_url=base_url, api_key=key, max_retries=0)


def last(path, **request):
    """The streams of pictures that newer versions have methods for, by the method beneath them."""
    from openai import Stream

    events = client.post(path, cast_to=object, stream=True, stream_cls=Stream[object], **request)
    return [event["event"] for event in events][-1]


words = {"prompt": "a lighthouse", "size": "256x256", "stream": True, "steps": 2}
generated = last("/images/generations", body=words)
with open(picture, "rb") as file:
    edited = last(
        "/images/edits",
        body={"prompt": "in snow", "stream": "true"},
        files={"image": ("photo.png", file, "image/png")},
        options={"headers": {"Content-Type": "multipart/form-data"}},
    )
chunks = list(
    client.chat.completions.create(
        model="text2img", messages=[{"role": "user", "content": "a lighthouse"}], stream=True
    )
)
print(json.dumps([generated, edited, chunks[-1].choices[0].finish_reason]))
