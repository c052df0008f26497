import json
import os
import ssl
from urllib.request import urlopen

URL = os.environ["ROUTES_URL"]

context = ssl.create_default_context(
    cafile=os.environ["ROUTES_CA_FILE"],
)


def side_of(label):
    with urlopen(URL + label, context=context) as reply:
        return json.load(reply)["side"]
