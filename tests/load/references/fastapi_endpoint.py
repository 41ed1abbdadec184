"""The shape of Microsoft's samples for callbacks: parse, look at each event, acknowledge. Nothing is checked or stored."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response


app = FastAPI()
connected = 0


@app.post("/{path:path}")
async def callback(request: Request) -> Response:
    global connected
    for event in await request.json():
        if event["type"] == "Microsoft.Communication.CallConnected":
            connected += 1
    return Response(status_code=200)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
