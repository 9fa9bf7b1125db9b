"""The examples of the Ring Partner API reference, 1.3 and 3.1."""

HMAC_KEY = "dGVzdC1obWFjLWtleS1mb3ItZG9jcw=="
DEVICE_ID = "ava1.ring.device.XXXYYY"
ACCOUNT_ID = "ava1.ring.account.XXXYYY"

BUTTON_PRESS_WEBHOOK = (
    b'{"meta":{"version":"1.1","time":"2026-02-14T00:02:53.027052438Z",'
    b'"request_id":"c83081fc-2f1b-4cb7-8b18-b18a318b8bab",'
    b'"account_id":"ava1.ring.account.XXXYYY"},'
    b'"data":{"id":"ava1.ring.device.XXXYYY_button_press_1771027372393",'
    b'"type":"button_press","attributes":{"source":"ava1.ring.device.XXXYYY",'
    b'"source_type":"devices","timestamp":1771027372393},'
    b'"relationships":{"devices":{"links":'
    b'{"self":"/v1/devices/ava1.ring.device.XXXYYY"}}}}}'
)
BUTTON_PRESS_SIGNATURE = (
    "sha256=485b8650fc929168fa8165a8805dfcabdf72e1a2a31e3288d081dd63dd6d4b78"
)

NONCE_TIME = "1771130906289"
NONCE = "yTENabvy-NHUCZDXle2uCa1PnsuureJP19Ctg4lZaEs"
