"""A call bot: answers every call, plays a menu, takes a key, says goodbye. Only the official SDK is in it."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from azure.communication.callautomation import (
    CallAutomationClient, PhoneNumberIdentifier, RecognizeInputType, TextSource)

client = CallAutomationClient.from_connection_string(os.environ["ACS_CONNECTION_STRING"])
callbacks = os.environ.get("BOT_URL", "http://localhost:5000") + "/callbacks"
MENU = "Welcome to Contoso. For sales, press 1. For support, press 2."
ANSWERS = {"one": "Sales it is. Goodbye.", "two": "Support it is. Goodbye."}
callers = {}


def speech(text):
    return TextSource(text=text, voice_name="en-US-NancyNeural")


def incoming(event):
    call = client.answer_call(event["incomingCallContext"], callbacks, cognitive_services_endpoint="https://ai.example/")
    callers[call.call_connection_id] = PhoneNumberIdentifier(event["from"]["phoneNumber"]["value"])


def mid_call(kind, event):
    call = client.get_call_connection(event["callConnectionId"])
    if kind == "CallConnected":
        call.start_recognizing_media(
            RecognizeInputType.DTMF, callers[event["callConnectionId"]], dtmf_max_tones_to_collect=1, play_prompt=speech(MENU))
    elif kind == "RecognizeCompleted":
        call.play_media_to_all(speech(ANSWERS.get(event["dtmfResult"]["tones"][0], "Goodbye.")))
    elif kind in ("PlayCompleted", "RecognizeFailed"):
        call.hang_up(is_for_everyone=True)


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        answer = {}
        for event in json.loads(self.rfile.read(int(self.headers["content-length"]))):
            kind = (event.get("type") or event["eventType"]).rsplit(".", 1)[-1]
            if kind == "SubscriptionValidationEvent":
                answer = {"validationResponse": event["data"]["validationCode"]}
            elif kind == "IncomingCall":
                incoming(event["data"])
            else:
                mid_call(kind, event["data"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


ThreadingHTTPServer(("localhost", int(callbacks.split(":")[2].split("/")[0])), Webhook).serve_forever()
